import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** What test files expect: the texts in them that a test can fail by, and no comment, title or error made by hand. */

const TITLED = new Set(['describe', 'it', 'test'])

/** `it(title)`, `it.each(table)(title)`, `describe.skipIf(x)(title)`: the name in front. */
function calledName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return calledName(expression.expression)
  return ''
}

/** `it.each(table)`, whose argument is not a title. */
const isTable = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'each'

const textOf = (node: ts.Node): string | undefined =>
  ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node)
    ? node.text
    : undefined

/** The texts of one file. Pure. */
export function expectedTexts(source: string): string[] {
  const texts: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText().startsWith('HowdahError')) return
    const text = textOf(node)
    if (text !== undefined) texts.push(text)
    if (ts.isCallExpression(node) && !isTable(node) && TITLED.has(calledName(node.expression))) {
      visit(node.expression)
      for (const argument of node.arguments.slice(1)) visit(argument)
      return
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest, true))
  return texts
}

/** Every file of TypeScript below `root`, but for one folder. */
export const filesIn = (root: string, but?: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !(but !== undefined && file.startsWith(`${but}/`)))
    .map((file) => join(root, file))

/** Their sources. */
export const sourcesIn = (root: string, but?: string): string[] =>
  filesIn(root, but).map((file) => readFileSync(file, 'utf8'))
