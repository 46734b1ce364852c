// What a browser asks for when somebody opens an experiment in the admin UI, in the order in which it can.
import http from 'node:http';

/** @typedef {{ readonly scope: string, readonly experiment: string, readonly metrics: readonly string[] }} Shown */
/** @typedef {{ readonly name: string, readonly path: string }} PageRequest */

/** As many as browsers open to one host over HTTP/1.1. */
const connections = 6;

/** @param {Shown} shown */
const placeOf = ({ scope, experiment }) => `/v1/projects/${scope}/experiments/${experiment}`;

/**
 * The requests of an experiment's page: each list is asked for together, when the one before it has been answered. They are those of
 * apps/admin/src/api/queries.ts; what the frame around every page asks once is left out.
 * @param {Shown} shown @returns {readonly (readonly PageRequest[])[]}
 */
export function pageOf(shown) {
  const [project] = shown.scope.split('/');
  const place = placeOf(shown);
  return [
    [{ name: 'experiment', path: place }],
    [
      { name: 'results', path: `${place}/results` },
      { name: 'iterations', path: `${place}/iterations` },
      { name: 'metrics of the project', path: `/v1/projects/${project}/metrics?limit=200` },
      { name: 'members', path: '/v1/members?limit=200' },
    ],
    shown.metrics.map((metric) => ({ name: 'series of a metric', path: `${place}/results/series?metric=${metric}` })),
  ];
}

/** What the page of one of its metrics asks for beside these. @param {Shown} shown @returns {readonly PageRequest[]} */
export const metricPageOf = (shown) => [{ name: 'dimensions', path: `${placeOf(shown)}/results/dimensions` }];

/** A browser that is signed in. @param {{ readonly url: string, readonly token: string }} product */
export function openBrowser({ url, token }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const headers = { authorization: `Bearer ${token}` };
  return {
    /** @param {string} path @returns {Promise<{ readonly ms: number, readonly text: string }>} until the last byte is there */
    get(path) {
      const startedMs = performance.now();
      return new Promise((resolve, reject) => {
        const request = http.get(`${url}${path}`, { agent, headers }, (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve({ ms: performance.now() - startedMs, text });
            else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
          });
        });
        request.on('error', reject);
      });
    },
    close: () => agent.destroy(),
  };
}
