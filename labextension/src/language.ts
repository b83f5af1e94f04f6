/** Which files are Python: JupyterLab says so by their MIME type. */
export function isPython(mimeType: string): boolean {
  return /^text\/x-i?python\b/.test(mimeType);
}
