import type { Candidate, CheckResult, RequirementResult } from '../advice/types.ts';
import { answerSentence } from './answer.ts';
import { decidedWith } from './decided-with.ts';
import { decidingBytes } from './figures.ts';
import { runsHere, slownessHere } from './fits.ts';
import { verdictPhrase } from './labels.ts';
import type { Renderer } from './options.ts';
import { machineLabel } from './rows.ts';
import { sentencesFor } from './sentences/index.ts';
import { escapeXml } from './text.ts';
import { formatInteger } from './units.ts';

interface Case {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  text: string;
}

/**
 * JUnit XML as Jenkins and GitLab read it: a case for each requirement, or for each candidate when nothing was required.
 * What is unknown is skipped. GitLab shows the body of a failure and not its message, so both say it.
 */
export const renderJunit: Renderer = (result) => {
  const cases = unique(casesOf(result));
  const tally = (outcome: Case['outcome']): number => cases.filter((item) => item.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${tally('failed')}" errors="0" skipped="${tally('skipped')}" time="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gemma-fit" tests="${cases.length}" failures="${tally('failed')}" errors="0" time="0">`,
    `  <testsuite name="gemma-fit" ${counts}>`,
    `    <properties><property name="version" value="${escapeXml(result.tool.version)}"/></properties>`,
    ...cases.map((item) => caseXml(item, escapeXml(machineLabel(result)))),
    `    <system-out>${escapeXml(answerSentence(result))}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

function casesOf(result: CheckResult): Case[] {
  if (result.requirements.length > 0) return result.requirements.map((one) => requirementCase(one, result));
  if (result.candidates.length > 0) return result.candidates.map((one) => candidateCase(one, result));
  return [{ name: 'any Gemma 4 model', outcome: 'skipped', text: answerSentence(result) }];
}

const caseOutcomes = { met: 'passed', failed: 'failed', unknown: 'skipped' } as const;

function requirementCase(one: RequirementResult, { request }: CheckResult): Case {
  const text = [...decidedWith(one), ...one.reasons.map(sentencesFor(request))].join(' ');
  return { name: one.requirement.text, outcome: caseOutcomes[one.outcome], text };
}

function candidateCase(candidate: Candidate, { request }: CheckResult): Case {
  const sentence = sentencesFor(request);
  const { tag, workload, reasons } = candidate;
  const outcome = caseOutcomes[runsHere(candidate)];
  const bytes = `${formatInteger(decidingBytes(candidate))} bytes needed`;
  const text = [
    `${tag} ${verdictPhrase(candidate)}, ${bytes}.`,
    ...[...slownessHere(candidate), ...reasons].map(sentence),
  ].join(' ');
  return { name: `${tag} @ ${workload.contextTokensTotal}`, outcome, text };
}

/** GitLab drops the second case of a name. */
function unique(cases: Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((item) => {
    const times = (seen.get(item.name) ?? 0) + 1;
    seen.set(item.name, times);
    return times === 1 ? item : { ...item, name: `${item.name} (${times})` };
  });
}

function caseXml({ name, outcome, text }: Case, machine: string): string {
  const start = `    <testcase classname="${machine}" name="${escapeXml(name)}" time="0"`;
  const words = escapeXml(text);
  if (outcome === 'failed') return `${start}><failure type="NO_FIT" message="${words}">${words}</failure></testcase>`;
  if (outcome === 'skipped') return `${start}><skipped message="${words}"/></testcase>`;
  return `${start}><system-out>${words}</system-out></testcase>`;
}
