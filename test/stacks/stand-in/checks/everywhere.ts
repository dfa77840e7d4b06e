import { type Fields, fieldsOf, isFields, textOf, type Value } from '../values.ts'
import { form, longest, when } from './forms.ts'

/** Rules that hold for every resource: documents are JSON, policies are policies, tags are tags. */
export function everywhere(type: string, config: Fields): readonly string[] {
  return [...documents(type, config), ...tags(config.tags)]
}

const DOCUMENT = /(^|_)policy$|^configurations_json$/

const POLICY_TYPES = /^aws_(iam|s3|kms|sns|sqs|secretsmanager|vpc_endpoint)/

function documents(type: string, config: Fields): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const text = textOf(value)
    const isDocument =
      DOCUMENT.test(name) || (type === 'aws_emr_security_configuration' && name === 'configuration')
    if (text === undefined || !isDocument || !/^\s*[{[]|^$/.test(text)) {
      return when(
        text !== undefined && isDocument && POLICY_TYPES.test(type),
        `${type}.${name} is not JSON: ${text}`,
      )
    }
    const parsed = parse(text)
    if (parsed === undefined) return [`${type}.${name} is not JSON: ${text.slice(0, 80)}`]
    return POLICY_TYPES.test(type) ? policy(`${type}.${name}`, parsed) : []
  })
}

function parse(text: string): Value {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const statementsOf = (statement: Value): readonly Value[] =>
  Array.isArray(statement) ? statement : statement === undefined ? [] : [statement]

/** The grammar of a policy: version, statements, each with an effect, actions and a plain Sid. */
function policy(where: string, document: Value): readonly string[] {
  if (!isFields(document)) return [`${where} is not a policy`]
  const statements = statementsOf(document.Statement).map(fieldsOf)
  return [
    ...when(statements.length === 0, `${where} has no Statement`),
    ...when(
      document.Version !== '2012-10-17',
      `${where} has Version ${JSON.stringify(document.Version)}, expected 2012-10-17`,
    ),
    ...statements.flatMap((s) => [
      ...when(s.Effect !== 'Allow' && s.Effect !== 'Deny', `${where}: Effect must be Allow or Deny`),
      ...when(s.Action === undefined && s.NotAction === undefined, `${where}: a statement has no Action`),
      ...form(`${where}: Sid`, s.Sid, /^[A-Za-z0-9 ]*$/, 'letters and digits only'),
    ]),
  ]
}

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

function tags(value: Value): readonly string[] {
  const entries = Object.entries(fieldsOf(value))
  return [
    ...when(entries.length > 50, `${entries.length} tags, at most 50 are allowed`),
    ...entries.flatMap(([key, text]) => [
      ...longest('the tag', key, 128),
      ...longest(`the value of tag ${key}`, text, 256),
      ...form('the tag', key, /^(?!aws:)/i, 'the prefix aws: is reserved'),
      ...form('the tag', key, TAG_TEXT, 'letters, digits, spaces and _.:/=+-@ only'),
      ...form(`the value of tag ${key}`, text, TAG_TEXT, 'letters, digits, spaces and _.:/=+-@ only'),
    ]),
  ]
}
