import type { Item, Rejection } from './item.ts';

export type CheckedItem =
  | { readonly kind: 'ok'; readonly item: Item }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(message: string): CheckedItem {
  return rejected('ITEM_INVALID', message);
}

export function rejected(code: Rejection['code'], message: string): CheckedItem {
  return { kind: 'rejected', rejection: { code, message } };
}
