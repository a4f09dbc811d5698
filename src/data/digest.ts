/** Digests of data, by the platform's own SHA-256, which page, worker and Node all have. */

/** SHA-256 of some bytes, as 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The form in which a message names a digest. */
export function shortDigest(digest: string): string {
  return `sha256 ${digest.slice(0, 12)}…`;
}
