import type { LabelsOf, MetricName, NamesOf } from './instruments.ts';

/** The value of a metric with its labels, as it is now. */
export type Reading<Name extends MetricName> = readonly [labels: LabelsOf<Name>, value: number];

/** The metrics of one process. */
export interface Metrics {
  add<Name extends NamesOf<'counter'>>(name: Name, labels: LabelsOf<Name>, value?: number): void;
  record<Name extends NamesOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /**
   * Reads values whenever somebody asks for the metrics, until what it returns is called. Labels
   * that are missing in a later reading keep their value.
   */
  observe<Name extends NamesOf<'gauge' | 'total'>>(name: Name, read: Read<Name>): () => void;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
  close(): Promise<void>;
}

/** A reading that fails is left out. */
export type Read<Name extends MetricName> = () => readonly Reading<Name>[] | Promise<readonly Reading<Name>[]>;
