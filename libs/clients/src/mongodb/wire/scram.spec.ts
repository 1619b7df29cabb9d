import { startScram } from './scram.ts';

// The example of RFC 7677, section 3.
const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SERVER_FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

it('answers as the example of RFC 7677', async () => {
  const scram = startScram('user', 'pencil', NONCE);
  expect(scram.clientFirst).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  expect(await scram.clientFinal(SERVER_FIRST)).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  );
  expect(() => scram.checkServerFinal('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).not.toThrow();
});

it('refuses a server that does not know the password', async () => {
  const scram = startScram('user', 'pencil', NONCE);
  await scram.clientFinal(SERVER_FIRST);
  expect(() => scram.checkServerFinal('v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toThrow(/did not prove/);
  expect(() => scram.checkServerFinal('e=other-error')).toThrow(/did not prove/);
});

it.each([
  ['another nonce', 'r=someoneElse,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
  ['too few iterations', SERVER_FIRST.replace('i=4096', 'i=1')],
  ['endless iterations', SERVER_FIRST.replace('i=4096', 'i=2000000000')],
  ['no salt', 'r=rOprNGfwEbeRWgbNEkqOx,i=4096'],
])('refuses a first message with %s', async (_, message) => {
  await expect(startScram('user', 'pencil', NONCE).clientFinal(message)).rejects.toMatchObject({
    code: 'ENGINE_UNSUITABLE',
  });
});

it('refuses a password that SASLprep could change', () => {
  expect(() => startScram('user', 'pässword')).toThrow(/printable ASCII/);
});
