/** TLS material of one engine connection, as PEM text. Without `ca` the system's certificate authorities count. */
export interface EngineTls {
  ca?: string;
  cert?: string;
  key?: string;
}
