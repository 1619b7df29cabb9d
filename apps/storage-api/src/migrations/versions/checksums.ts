/** SHA-256 of each file beside this one, by name; a spec holds them true. A new file adds a line, and no line is ever changed. */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  '0001-baseline': '54eae758a70677c59b380c05da2f84800b74f50765a57acbd26cc54839ba3e7b',
};
