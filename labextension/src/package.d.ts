/** Of our own package.json, the front end reads the version. */
declare module '*/package.json' {
  const data: { readonly version: string };
  export default data;
}
