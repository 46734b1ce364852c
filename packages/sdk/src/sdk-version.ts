/** The version of this package; a test keeps it equal to package.json, which a bundle doesn't have beside it. */
export const sdkVersion = '0.1.0';
