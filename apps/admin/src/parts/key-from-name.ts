const maxKeyLength = 100;

/** A key that a name suggests: "New checkout (v2)" gives `new-checkout-v2`. */
export function keyFromName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, maxKeyLength)
    .replace(/-+$/, '');
}
