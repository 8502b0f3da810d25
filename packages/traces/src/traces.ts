import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Telemetry } from 'bullmq';

/** The traces of a process. */
export interface Traces {
  /** The option by which queues, flows and workers trace their jobs; undefined: traces are off. */
  readonly telemetry: Telemetry | undefined;
  /** Sends what is not sent yet, as far as it is taken within two seconds. */
  close(): Promise<void>;
}

export interface TracesOptions {
  /** The name of the process, if the settings have none. */
  readonly service: string;
  readonly version: string;
  /** The name by which the process is told from others. */
  readonly instance: string;
  /** Receives the error when traces cannot be sent. */
  readonly onError: (error: Error) => void;
  /** Takes each span as soon as it is over, in place of the collector of the settings. */
  readonly exporter?: SpanExporter;
}
