// Ends the engines that `engines.global-setup.mjs` started and waits until nothing of them is left.
export default async function teardown() {
  const engines = globalThis.lucidEngines;
  if (!engines) return;
  globalThis.lucidEngines = undefined;
  engines.child.ref();
  engines.child.stdin.end();
  await engines.exited;
}
