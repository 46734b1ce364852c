import { propertyFilterLimits, type PropertyFilter } from '@stitchd/core';
import { z } from 'zod';

/* The structure only: sizes, paths and the values that an operator takes are checked where the definition is owned. */

const property = z.string().describe('Names joined by dots, such as `cart.total`; a dot in a name has a backslash before it.');
const value = z.union([z.string(), z.number(), z.boolean()]);

const equality = z
  .strictObject({ property, operator: z.enum(['=', '!=']), value })
  .meta({ id: 'PropertyEquals', description: 'The same value, or another of the same type.' });

const order = z
  .strictObject({ property, operator: z.enum(['<', '<=', '>', '>=']), value: z.number() })
  .meta({ id: 'PropertyCompares', description: 'Numbers only.' });

const among = z
  .strictObject({ property, operator: z.literal('in'), values: z.array(value).max(propertyFilterLimits.values) })
  .meta({ id: 'PropertyIn', description: 'Equal to one of the values.' });

const contains = z
  .strictObject({ property, operator: z.literal('contains'), value })
  .meta({ id: 'PropertyContains', description: 'A text with this text in it, or a list with an item equal to it.' });

const exists = z
  .strictObject({ property, operator: z.literal('exists') })
  .meta({ id: 'PropertyExists', description: 'There, and not null.' });

const allOf = z
  .strictObject({
    get all(): z.ZodArray<z.ZodType<PropertyFilter>> {
      return z.array(propertyFilter);
    },
  })
  .meta({ id: 'PropertyAll', description: 'True if every part is; without any, true.' });

const anyOf = z
  .strictObject({
    get any(): z.ZodArray<z.ZodType<PropertyFilter>> {
      return z.array(propertyFilter);
    },
  })
  .meta({ id: 'PropertyAny', description: 'True if one part is; without any, false.' });

const notOf = z
  .strictObject({
    get not(): z.ZodType<PropertyFilter> {
      return propertyFilter;
    },
  })
  .meta({ id: 'PropertyNot', description: 'The opposite: also true where the property is missing.' });

/** Which items count, by their properties. */
export const propertyFilter: z.ZodType<PropertyFilter> = z
  .union([allOf, anyOf, notOf, z.discriminatedUnion('operator', [equality, order, among, contains, exists])])
  .meta({ id: 'PropertyFilter', examples: [{ property: 'plan', operator: 'in', values: ['pro', 'team'] }] });
