/** From declarations of fields to the schema that a config is checked by: that of a file, of a URL, of `--set`. */
import * as v from 'valibot';
import { NO_FIELDS, type Field, type Fields, type FieldValue, type ValueOf } from './field.ts';

/** A schema that knows every field, refuses others, and gives the values in the order of the declarations. */
export type FieldsSchema<Of extends Fields> = v.StrictObjectSchema<
  { [Key in keyof Of]: v.GenericSchema<unknown, ValueOf<Of[Key]>> },
  undefined
>;

/** A field of `mayLack` need not be there: then it has its default, as in a file that is older than the field. */
export function schemaOf<Of extends Fields>(
  fields: Of,
  mayLack: Fields = NO_FIELDS,
): FieldsSchema<Of> {
  const schemas = Object.entries(fields).map(([key, field]) => {
    const schema = valueSchema(field);
    return [key, Object.hasOwn(mayLack, key) ? v.optional(schema, field.default) : schema];
  });
  return v.strictObject(Object.fromEntries(schemas) as FieldsSchema<Of>['entries']);
}

function valueSchema(field: Field): v.GenericSchema<unknown, FieldValue> {
  switch (field.type) {
    case 'switch':
      return v.boolean();
    case 'choice':
      return v.picklist(field.options);
    case 'number': {
      const { least, most } = field;
      const range = [v.minValue<number, number>(least), v.maxValue<number, number>(most)] as const;
      return field.whole ? v.pipe(v.number(), v.integer(), ...range) : v.pipe(v.number(), ...range);
    }
  }
}
