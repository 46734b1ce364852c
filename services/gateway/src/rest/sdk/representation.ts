type Header = string | readonly string[] | undefined;

function itemsOf(header: Header): readonly string[] {
  return (Array.isArray(header) ? header.join(',') : ((header as string | undefined) ?? ''))
    .split(',')
    .map((item) => item.trim());
}

/** Whether Accept-Encoding allows gzip (RFC 9110 §12.5.3). */
export function takesGzip(acceptEncoding: Header): boolean {
  const weights = new Map(
    itemsOf(acceptEncoding).map((item): [string, number] => {
      const [coding = '', ...parameters] = item.toLowerCase().split(';');
      const weight = parameters
        .map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(parameter)?.[1])
        .find((found) => found !== undefined);
      return [coding.trim(), weight === undefined ? 1 : Number(weight)];
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Whether If-None-Match names one of these ETags, compared weakly as RFC 9110 §13.1.2 says. */
export function matchesETag(ifNoneMatch: Header, etags: readonly string[]): boolean {
  return itemsOf(ifNoneMatch).some((item) => item === '*' || etags.includes(item.replace(/^W\//, '')));
}
