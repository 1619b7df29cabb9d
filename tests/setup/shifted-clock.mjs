// `node --import …/shifted-clock.mjs`: the wall clock of this process is off by LUCID_TEST_CLOCK_SHIFT_MS. What only grows
// (performance.now, timers) is not, as on a host whose time was set wrong. A proxy, so that every Date stays an instance of Date.
const shiftMs = Number(process.env['LUCID_TEST_CLOCK_SHIFT_MS'] ?? 0);
const RealDate = Date;
const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget === globalThis.Date ? target : newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
