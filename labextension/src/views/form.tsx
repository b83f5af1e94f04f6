/** How JupyterLab's form shows questions: with labels that belong to their fields, and judged by the server alone. */
import type {
  FieldTemplateProps,
  RJSFSchema,
  UiSchema,
  ValidatorType
} from '@rjsf/utils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import * as React from 'react';

import { visible } from '../model/words';
import { Words } from './text';

export const FORM_SCHEMA_KEYS: readonly string[] = [
  'type',
  'required',
  'properties'
];

/** An answer that nobody gave is not filled in. */
export const DEFAULTS = {
  constAsDefaults: 'never',
  emptyObjectFields: 'skipDefaults'
} as const;

/**
 * The server says what is wrong with answers, in the words that the other
 * forms use as well; half-filled forms may be saved.
 */
export const VALIDATOR: ValidatorType<ReadonlyJSONObject> = {
  isValid: () => true,
  rawValidation: () => ({}),
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a validator must have it still
  toErrorList: () => [],
  validateFormData: () => ({ errors: [], errorSchema: {} })
};

/** Choices and days as they are, everything else in fields that grow with what is typed. */
export function uiOf(schema: RJSFSchema): UiSchema<ReadonlyJSONObject> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, question]) => [
      name,
      typeof question === 'object' &&
      question.oneOf === undefined &&
      question.enum === undefined &&
      question.format === undefined
        ? { 'ui:widget': 'textarea', 'ui:options': { rows: 1 } }
        : {}
    ])
  );
}

interface IFormContext {
  readonly exampleOf: (text: string) => string;
}

function Field(
  props: FieldTemplateProps<ReadonlyJSONObject>
): React.ReactElement {
  const { children, id, label, required, schema } = props;
  if (schema.type === 'object') {
    return <>{children}</>;
  }
  const example = schema.examples;
  const { exampleOf } = props.formContext as IFormContext;
  return (
    <div className="jp-AisecField">
      <label htmlFor={id}>
        {visible(label)}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children}
      {Array.isArray(example) && typeof example[0] === 'string' && (
        <p className="jp-AisecSoft">{exampleOf(visible(example[0]))}</p>
      )}
      {schema.description !== undefined && (
        <p className="jp-AisecWhy">
          <Words text={schema.description} />
        </p>
      )}
    </div>
  );
}

function Fields(props: {
  readonly properties: readonly { readonly content: React.ReactElement }[];
}): React.ReactElement {
  return <>{props.properties.map(each => each.content)}</>;
}

export const TEMPLATES = {
  FieldTemplate: Field,
  ObjectFieldTemplate: Fields
};
