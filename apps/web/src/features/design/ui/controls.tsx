'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Checkbox, TextArea, TextField } from '@/components/field';
import { Segmented } from '@/components/segmented';
import { Select } from '@/components/select';
import { useToast } from '@/components/toast';
import { Row, Specimen } from './specimen';

/** Everything that a person presses, types into or chooses from. */
export function Controls(): ReactNode {
  const [size, setSize] = useState<'one' | 'five' | 'fifty'>('one');
  const [open, setOpen] = useState(false);
  const toast = useToast();
  return (
    <>
      <Specimen name="Button">
        <Row>
          <Button variant="primary">Launch</Button>
          <Button>Plain</Button>
          <Button variant="quiet">Quiet</Button>
          <Button variant="danger">End the job</Button>
        </Row>
        <Row>
          <Button variant="primary" disabled>
            Disabled
          </Button>
          <Button variant="primary" busy>
            Signing
          </Button>
          <Button size="small">Small</Button>
          <Button size="large">Large</Button>
        </Row>
      </Specimen>
      <Specimen name="Fields">
        <TextField label="Multiplication" defaultValue="384*57" mono hint="Two whole numbers, like 384*57" />
        <TextField label="Limit" aside="seconds" defaultValue="-5" error="The limit is 1 to 600 seconds" />
        <TextField label="Disabled" disabled placeholder="Not now" />
        <Select
          label="Market"
          hint="Where the job waits for a node"
          options={[
            { value: 'a', label: 'CPU, small' },
            { value: 'b', label: 'CPU, medium' },
            { value: 'c', label: 'GPU, any', disabled: true },
          ]}
        />
        <TextArea label="Definition" mono rows={3} defaultValue={'{\n  "version": "0.1"\n}'} />
        <Checkbox label="Write out the reasoning" hint="More tokens, better answers" defaultChecked />
        <Segmented
          label="How many"
          labelled
          value={size}
          onChange={setSize}
          options={[
            { value: 'one', label: 'One' },
            { value: 'five', label: 'Five' },
            { value: 'fifty', label: 'Fifty' },
          ]}
        />
      </Specimen>
      <Specimen name="Dialog and messages">
        <Row>
          <Button onClick={() => setOpen(true)}>Open a dialog</Button>
          <Button onClick={() => toast({ title: 'Job listed', body: '6.00 NOS in escrow', tone: 'running' })}>
            Show a message
          </Button>
          <Button onClick={() => toast({ title: 'Not signed', body: 'The wallet refused', tone: 'failed' })}>
            Show a failure
          </Button>
        </Row>
        <Dialog
          open={open}
          onClose={() => setOpen(false)}
          title="End this job?"
          description="The node is paid for 72 seconds, 1.44 NOS; 4.56 NOS come back in the same transaction."
          footer={
            <>
              <Button onClick={() => setOpen(false)}>Let it run</Button>
              <Button variant="danger" onClick={() => setOpen(false)}>
                End the job
              </Button>
            </>
          }
        >
          <p className="text-13 text-ink-2">Nothing is signed before you press the button.</p>
        </Dialog>
      </Specimen>
    </>
  );
}
