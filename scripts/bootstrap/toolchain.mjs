// The part of the repository that any Node >= 18 can run: it brings Node 24 and pnpm, pinned, under .lucid/runtime,
// installs the workspace when the lockfile changed, and hands over. Everything else may assume Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const NODE_VERSION = '24.21.0';
const PNPM_VERSION = '12.21.0';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const runtime = join(root, '.lucid', 'runtime');

export function say(line) {
  process.stderr.write(`lucid: ${line}\n`);
}

export function die(line) {
  say(line);
  process.exit(1);
}

function npmInstall(what, folder) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', what];
  const done = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.error || done.status !== 0) {
    die(`could not install ${what} with npm: is a package registry reachable? Then run the command again`);
  }
}

/** The path of a Node 24 binary: the running one, or the npm package that carries it for this platform. */
function nodeBinary() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(runtime, `node-${NODE_VERSION}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    say(`Node ${process.versions.node} is older than ${NODE_MAJOR}: getting ${NODE_VERSION} into .lucid/runtime`);
    npmInstall(`${name}@${NODE_VERSION}`, folder);
  }
  return binary;
}

function pnpmScript() {
  const folder = join(runtime, `pnpm-${PNPM_VERSION}`);
  const script = join(folder, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  if (!existsSync(script)) {
    say(`getting pnpm ${PNPM_VERSION} into .lucid/runtime`);
    npmInstall(`pnpm@${PNPM_VERSION}`, folder);
  }
  return script;
}

/** What decides whether the installed packages are still those the repository names. */
function lockDigest() {
  const hash = createHash('sha256').update(process.arch + process.platform + NODE_VERSION);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Node 24, pnpm and the workspace's packages, ready to run; returns the environment and the paths of both. */
export function prepare() {
  const node = nodeBinary();
  const pnpm = pnpmScript();
  const bin = join(runtime, 'bin');
  mkdirSync(bin, { recursive: true });
  const wrapper = join(bin, 'pnpm');
  const text = `#!/bin/sh\nexec "${node}" "${pnpm}" "$@"\n`;
  if (!existsSync(wrapper) || readFileSync(wrapper, 'utf8') !== text) writeFileSync(wrapper, text, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: [dirname(node), bin, join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  };
  const stamp = join(root, 'node_modules', '.lucid-installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockDigest()) {
    say('installing the packages of the workspace');
    const args = [pnpm, 'install', '--frozen-lockfile', '--config.verify-deps-before-run=false'];
    const done = spawnSync(node, args, {
      cwd: root,
      env: { ...env, CI: 'true' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (done.status !== 0) die('pnpm install failed: the lines above say why');
    writeFileSync(stamp, lockDigest());
  }
  return { node, pnpm, env };
}

/** Runs one program in the foreground: signals go to it, and its exit code comes back. */
export function run(command, args, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    // Ctrl-C reaches the child through the terminal's process group; it decides, this process only waits for it.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', (error) => die(`could not start ${command}: ${error.message}`));
    child.on('exit', (code, signal) => done(signal ? 1 : code));
  });
}

/** Runs a TypeScript program of this repository on Node 24, straight from its source. */
export function runScript(node, script, args, env) {
  return run(
    node,
    ['--conditions=lucid-source', '--disable-warning=ExperimentalWarning', join(root, script), ...args],
    env,
  );
}
