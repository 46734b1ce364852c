import { isUuid } from '@stitchd/core';

const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;
/** One @ with something on both sides: what is behind an address only a message to it can tell. */
const email = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** The formats that a schema may ask for. Each looks at a text once, from left to right. */
export const schemaFormats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => date.test(text) && !Number.isNaN(Date.parse(text)),
  email: (text) => email.test(text),
  uri: (text) => URL.canParse(text),
  uuid: (text) => isUuid(text.toLowerCase()),
};
