import { operators, type Condition } from '@stitchd/core';
import { z } from 'zod';
import { jsonValue, keyField } from '../fields.ts';

/*
 * The structure only, so that the reference and generated clients know it. What operators mean, which values they take
 * and whether a pattern can be used is checked where the definition is owned.
 */

const attributeCondition = z
  .strictObject({
    kind: z.string().optional().describe('The context kind that holds the attribute; `user` if left out.'),
    attribute: z.string().describe('A name, or a path such as `/address/country`. `key` is the key of the kind.'),
    op: z.enum(operators),
    values: z.array(jsonValue).describe('Several mean any of; for not-forms, none of.'),
    ignoreCase: z.boolean().optional().describe('Compare text after locale-free lower-casing.'),
  })
  .meta({ id: 'AttributeCondition', examples: [{ attribute: 'plan', op: 'in', values: ['pro', 'team'] }] });

const inSegment = z.strictObject({ inSegment: keyField }).meta({ id: 'InSegmentCondition' });

const flagIs = z
  .strictObject({ flagIs: z.strictObject({ flag: keyField, variants: z.array(z.string()) }) })
  .meta({ id: 'FlagIsCondition' });

const allOf = z
  .strictObject({
    get all(): z.ZodArray<z.ZodType<Condition>> {
      return z.array(condition);
    },
  })
  .meta({ id: 'AllCondition', description: 'True if every condition is; without any, true.' });

const anyOf = z
  .strictObject({
    get any(): z.ZodArray<z.ZodType<Condition>> {
      return z.array(condition);
    },
  })
  .meta({ id: 'AnyCondition', description: 'True if one condition is; without any, false.' });

const notOf = z
  .strictObject({
    get not(): z.ZodType<Condition> {
      return condition;
    },
  })
  .meta({ id: 'NotCondition', description: 'The opposite; what is unknown stays unknown.' });

export const condition: z.ZodType<Condition> = z
  .union([allOf, anyOf, notOf, attributeCondition, inSegment, flagIs])
  .meta({ id: 'Condition', description: 'A tree of conditions.' }) as z.ZodType<Condition>;
