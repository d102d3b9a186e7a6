import type { ReceiptRow } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Address } from '@/components/address';
import { Milliseconds } from '@/components/duration';
import { Fact, Facts, Unknown } from '@/components/facts';
import { shortAddress } from '@/format/address';
import { groupedInteger } from '@/format/amount';
import { memoryText, rateText } from '@/format/ratio';
import { type ReceiptDetails, receiptDetails } from '../lib/receipt-details';
import { AsSigned, SignatureState } from './as-signed';

/** What the node says it did, and whether it signed exactly that. */
export function JobReceipt({ receipt }: { receipt: ReceiptRow }): ReactNode {
  const { tokens, timingMs } = receipt;
  const details = receiptDetails(receipt.receipt);
  const work = (timingMs.total - timingMs.load - timingMs.queue) / 1_000;
  const speed = work > 0 && tokens.completion > 0 ? tokens.completion / work : null;
  return (
    <div>
      <div className="grid grid-cols-2 gap-x-10 phone:grid-cols-1">
        <Facts>
          <Fact name="Signature">
            <SignatureState valid={receipt.signatureValid} />
          </Fact>
          <Fact name="Signed by">
            <Address address={receipt.node} href={`/nodes/${receipt.node}`} />
          </Fact>
          <Fact
            name="Model"
            note={<span title={receipt.modelDigest}>sha256 {shortAddress(receipt.modelDigest, 8, 8)}</span>}
          >
            {receipt.model}, {receipt.precision}
          </Fact>
          <Fact
            name="Runtime"
            note={`${receipt.threads} ${receipt.threads === 1 ? 'thread' : 'threads'} on ${receipt.provider}`}
          >
            {receipt.runtime} {receipt.runtimeVersion}
          </Fact>
          <Fact
            name="Machine"
            note={`${receipt.logicalCores} cores, ${memoryText(receipt.memoryMb)} memory, ${receipt.gpus.length === 0 ? 'no GPU' : receipt.gpus.map((gpu) => gpu.name).join(', ')}`}
          >
            {receipt.cpuModel}
          </Fact>
        </Facts>
        <Facts className="phone:border-t phone:border-line">
          <Fact
            name="Prompt"
            note={
              details !== null && details.cached > 0
                ? `${groupedInteger(details.cached)} of them known from before`
                : undefined
            }
          >
            {groupedInteger(tokens.prompt)} tokens
          </Fact>
          <Fact
            name="Answer"
            note={tokens.reasoning > 0 ? `${groupedInteger(tokens.reasoning)} of them reasoning` : undefined}
          >
            {groupedInteger(tokens.completion)} tokens
          </Fact>
          <Fact name="First token after">
            <Milliseconds value={timingMs.firstToken} />
          </Fact>
          <Fact
            name="Total time"
            note={
              <>
                queue <Milliseconds value={timingMs.queue} />, load <Milliseconds value={timingMs.load} />
              </>
            }
          >
            <Milliseconds value={timingMs.total} />
          </Fact>
          <Fact name="Speed">
            {speed === null ? (
              <span className="text-ink-3">too short to tell</span>
            ) : (
              `${rateText(speed)} tokens / s`
            )}
          </Fact>
        </Facts>
      </div>
      {details !== null && <Replay details={details} />}
      <AsSigned receipt={receipt.receipt} />
    </div>
  );
}

/** What whoever runs the job again needs, to come to the same bits. */
function Replay({ details }: { details: ReceiptDetails }): ReactNode {
  const { kernels, schedule, commitment, inputs, sharedBy, resumed, claimed } = details;
  return (
    <Facts className="border-t border-line">
      <Fact
        name="Bound to the logits"
        note={
          commitment === null ? undefined : (
            <span title={commitment.digest}>
              {commitment.scheme}, sha256 {shortAddress(commitment.digest, 8, 8)}
            </span>
          )
        }
      >
        {commitment === null ? 'no' : 'yes, by a commitment for every answer'}
      </Fact>
      {schedule !== null && (
        <Fact
          name="Schedule"
          note={
            schedule.shared
              ? `steps were shared by ${rateText(sharedBy)} rows on average, which changes no bit`
              : 'every answer had its steps to itself'
          }
        >
          prompts read {groupedInteger(schedule.chunk)} tokens at a time
        </Fact>
      )}
      <Fact name="Kernels" note="the same ones give the same bits">
        {kernels === null ? (
          <Unknown why="Another engine or a GPU ran it, or its runtime is not known." />
        ) : (
          <span className="wrap-anywhere">{kernels}</span>
        )}
      </Fact>
      {resumed.map(({ from, inputs: answered, node }) => (
        <Fact
          key={from}
          name="Answered before"
          note={`${groupedInteger(answered)} of ${groupedInteger(inputs)} inputs`}
        >
          <Address address={node} href={`/nodes/${node}`} />
        </Fact>
      ))}
      {claimed.length > 0 && (
        <Fact name="Not measured" note="as another engine told the node">
          {claimed.join(', ')}
        </Fact>
      )}
    </Facts>
  );
}
