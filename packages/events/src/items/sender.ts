/** The library that sent a batch, as it names itself; empty texts where it does not. */
export interface Sender {
  readonly name: string;
  readonly version: string;
}

export const unknownSender: Sender = { name: '', version: '' };
