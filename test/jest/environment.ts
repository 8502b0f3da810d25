import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** The part of an event of Jest that is looked at. */
interface TestEvent {
  readonly name: string;
  readonly test?: { readonly errors: readonly unknown[] } | undefined;
  readonly hook?: { readonly type: string; readonly parent: { readonly parent?: unknown } };
}

/**
 * Jest's environment for Node, with globals that are read as quickly as outside of tests. Jest puts
 * a proxy in front of them: each `Math` in a kernel takes longer than what is computed with it.
 */
export default class Environment extends TestEnvironment {
  #hasFailed = false;

  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }

  /**
   * Ends the processes that a test file has left (`test/children.ts`) when its hooks have run, or,
   * if something has failed, before its last hooks: the processes would still write into a folder
   * that a hook removes.
   */
  async handleTestEvent({ name, test, hook }: TestEvent): Promise<void> {
    if (name === 'hook_failure' || (name === 'test_done' && test && test.errors.length > 0)) this.#hasFailed = true;
    const isLast = name === 'hook_start' && hook?.type === 'afterAll' && !hook.parent.parent;
    if (name === 'run_finish' || (isLast && this.#hasFailed)) {
      await (this.global as { endLeft?: () => Promise<void> }).endLeft?.();
    }
  }
}
