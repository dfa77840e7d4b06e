import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coreTypes, createRegistry, makePlan } from '../../provisioners/engine/index.ts'
import { broken } from '../../provisioners/engine/resources/fact.ts'
import {
  type HostReport,
  identityOf,
  knownId,
  parseReport,
  reportScript,
} from '../../provisioners/runtime/identity.ts'
import { MARK_FILE, markFact, markScript, withMarks } from '../../provisioners/runtime/mark.ts'
import { clusterOf, FIVE } from '../services/a-context.ts'
import { runSh } from '../services/run-sh.ts'
import { scratch } from '../support/scratch.ts'

const mark = (id: string, name = 'insights', clusterId = `CID-${id}`) => ({ id, name, clusterId })
const bare: HostReport = { versions: [] }

describe('which cluster this is', () => {
  const of = (
    reports: Readonly<Record<string, HostReport>>,
    known = { id: 'drawn', seen: false },
    clusterId?: string,
  ) =>
    identityOf({
      cluster: { name: 'insights', ...(clusterId && { clusterId }) },
      nameNode: 'm1',
      reports,
      known,
    })

  it('a new cluster has the drawn id, and a clusterID of it', () => {
    expect(of({ m1: bare, w1: bare })).toEqual({
      identity: { id: 'drawn', clusterId: 'CID-drawn' },
      known: { id: 'drawn', seen: false },
    })
  })

  it('another operator has the id of the mark on the host of the NameNode', () => {
    expect(of({ m1: { ...bare, mark: mark('first') }, w1: bare })).toEqual({
      identity: { id: 'first', clusterId: 'CID-first' },
      known: { id: 'first', seen: true },
    })
  })

  it('a mark on a worker does not decide: that host may belong to a namesake', () => {
    expect(of({ m1: bare, w1: { ...bare, mark: mark('namesake') } }).identity.id).toBe('drawn')
  })

  it('an id that a host had is kept, whatever the host of the NameNode says', () => {
    const known = { id: 'mine', seen: true }
    expect(of({ m1: { ...bare, mark: mark('namesake') } }, known).identity.id).toBe('mine')
  })

  it('a mark of another name is not taken over', () => {
    expect(of({ m1: { ...bare, mark: mark('theirs', 'other') } }).identity.id).toBe('drawn')
  })

  it('an HDFS keeps its clusterID: by its record, by a mark after a move, by a VERSION of an earlier version', () => {
    expect(of({ m1: { ...bare, formatted: 'CID-insights' } }).identity.clusterId).toBe('CID-insights')
    const moved = { m1: bare, w1: { ...bare, mark: mark('mine', 'insights', 'CID-insights') } }
    expect(of(moved, { id: 'mine', seen: true }).identity.clusterId).toBe('CID-insights')
    expect(of({ m1: { versions: ['CID-insights'] } }).identity.clusterId).toBe('CID-insights')
    expect(of({ m1: { versions: ['CID-other'] } }).identity.clusterId).toBe('CID-drawn')
    expect(
      of({ m1: { ...bare, formatted: 'CID-insights' } }, undefined, 'CID-given').identity.clusterId,
    ).toBe('CID-given')
  })

  it('whoever plans first, all operators agree once the marks are there', () => {
    const ids = fc.constantFrom('a', 'b', 'c')
    const report = fc.record({
      versions: fc.constant([]),
      mark: fc.option(
        ids.map((id) => mark(id)),
        { nil: undefined },
      ),
    })
    fc.assert(
      fc.property(ids, ids, report, (one, two, w1) => {
        const first = of({ m1: bare, w1: w1 as HostReport }, { id: one, seen: false })
        const marked = { ...bare, mark: { ...mark(''), ...first.identity } }
        const second = of({ m1: marked, w1: marked }, { id: two, seen: false })
        expect(second.identity).toEqual(first.identity)
        // And later runs change nothing.
        expect(of({ m1: marked, w1: marked }, second.known)).toEqual(second)
        expect(of({ m1: marked, w1: marked }, first.known).identity).toEqual(first.identity)
      }),
    )
  })

  it('without the host of the NameNode, a plan believes the others', () => {
    expect(of({ w1: { ...bare, mark: mark('first') } }).identity.id).toBe('first')
  })
})

describe('the id in the state directory', () => {
  it('is a UUID, drawn once, for its owner only', () => {
    const dir = join(scratch('howdah-state-'), '.howdah/insights')
    const drawn = knownId(dir)
    expect(drawn.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(knownId(dir)).toEqual(drawn)
    expect(readFileSync(join(dir, 'cluster-id'), 'utf8')).toBe(`${drawn.id}\n`)
    expect(knownId(scratch('howdah-state-')).id).not.toBe(drawn.id)
  })
})

describe('the report of a host', () => {
  it('has its mark, its recorded format and its name directories', () => {
    const root = scratch('howdah-report-')
    const at = { mark: join(root, 'cluster'), record: join(root, 'format.json') }
    const ask = () => parseReport(runSh(`set -eu\n${reportScript([join(root, 'nn')], at)}`).stdout)
    expect(ask()).toEqual({ versions: [] })
    mkdirSync(join(root, 'nn/current'), { recursive: true })
    writeFileSync(join(root, 'nn/current/VERSION'), 'namespaceID=1\nclusterID=CID-a\n')
    writeFileSync(at.record, '{"clusterId": "CID-b", "formattedAt": "x"}\n')
    writeFileSync(at.mark, '# text\nid=1-2\nname=insights\nclusterId=CID-a\n')
    expect(ask()).toEqual({
      versions: ['CID-a'],
      formatted: 'CID-b',
      mark: { id: '1-2', name: 'insights', clusterId: 'CID-a' },
    })
  })
})

describe('the mark of a host', () => {
  const cluster = clusterOf(FIVE)
  const identity = { id: 'mine', clusterId: 'CID-mine' }

  it('is compared on the host', () => {
    const path = join(scratch('howdah-mark-'), 'cluster')
    const foreign = () => runSh(markScript('mine', path)).values.foreign
    expect(foreign()).toBe('')
    writeFileSync(path, 'id=mine\nname=insights\n')
    expect(foreign()).toBe('')
    writeFileSync(path, 'id=theirs\nname=insights\n')
    expect(foreign()).toBe('insights (id theirs)')
    writeFileSync(path, '')
    expect(foreign()).toContain('does not name')
  })

  it('of another cluster refuses the host with both names, unless it is adopted', () => {
    const state = { foreign: 'other (id theirs)' }
    const refusal = (adopt: string[]) =>
      (markFact('w1', cluster, identity, adopt).must ?? []).flatMap((need) => broken(need, state) ?? [])
    expect(refusal(['w2'])).toEqual([
      {
        message: 'w1 belongs to other (id theirs), and cluster.yml describes insights (id mine)',
        found: 'foreign=other (id theirs)',
        next: 'take w1 out of cluster.yml; when no other cluster uses it: howdah bootstrap --adopt w1',
      },
    ])
    expect(refusal(['w1'])).toEqual([])
  })

  it('is made on every host with resources, and on no database server', () => {
    const desired = withMarks({ m1: [], 'sql:rs:3306': [] }, cluster, identity)
    expect(desired.m1?.map(({ id }) => id)).toEqual(['fact:cluster', `file:${MARK_FILE}`])
    expect(desired['sql:rs:3306']).toEqual([])
    const observed = {
      m1: { states: { 'fact:cluster': { foreign: '' }, [`file:${MARK_FILE}`]: {} } },
      'sql:rs:3306': { states: {} },
    }
    const registry = createRegistry(coreTypes)
    const { steps, refusals } = makePlan({ cluster: 'insights', desired, observed, registry })
    expect(refusals).toEqual([])
    expect(steps[0]?.diff).toContain('+id=mine\n+name=insights\n+clusterId=CID-mine\n')
  })
})
