/** The oldest Node that runs Stitchd, as in `engines` of package.json. */
const oldest = [20, 19];

/**
 * What to tell somebody whose Node is too old; undefined where it is new enough.
 * @param {string} version such as v20.19.0
 * @param {string} executable
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version, executable) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  const isOld = parts[0] < oldest[0] || (parts[0] === oldest[0] && parts[1] < oldest[1]);
  if (!isOld) return undefined;
  return `Stitchd needs Node ${oldest.join('.')} or newer; this is ${version} (${executable}).`;
}
