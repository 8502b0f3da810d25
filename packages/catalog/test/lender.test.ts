import { createLender, type Replaceable, useAll } from '../src/lender.ts';

/** A file that can be replaced, and a diary of what is opened, looked at and closed. */
function fakeFile() {
  const diary: string[] = [];
  const file = { version: 1, missing: false };
  const open = async (): Promise<Replaceable> => {
    if (file.missing) throw new Error('there is no file');
    const version = String(file.version);
    diary.push(`open ${version}`);
    return {
      name: 'nlcd',
      version,
      currentVersion: async () => {
        diary.push('look');
        return String(file.version);
      },
      close: async () => {
        diary.push(`close ${version}`);
      },
    };
  };
  return { diary, file, open };
}

/** Something to wait for, and the end of the waiting. */
function gate() {
  return Promise.withResolvers<void>();
}

async function lenderOf({ open }: ReturnType<typeof fakeFile>, recheckMilliseconds = 0, now = () => 0) {
  return createLender(await open(), { reopen: open, recheckMilliseconds, now });
}

const versionOf = async ({ version }: Replaceable) => version;

describe('a lender', () => {
  it('lends what is open while the file stays the same', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    expect(await lender.use(versionOf)).toBe('1');
    expect(await lender.use(versionOf)).toBe('1');
    expect(fake.diary).toEqual(['open 1', 'look', 'look']);
  });

  it('opens a file that was replaced once for all who ask, and closes the old one', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    fake.file.version = 2;
    expect(await Promise.all(Array.from({ length: 5 }, () => lender.use(versionOf)))).toEqual([
      '2',
      '2',
      '2',
      '2',
      '2',
    ]);
    expect(await lender.use(versionOf)).toBe('2');
    expect(fake.diary.filter((entry) => entry !== 'look')).toEqual(['open 1', 'open 2', 'close 1']);
  });

  it('leaves a resource that was replaced open until the last who uses it is done', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    const [first, second] = [gate(), gate()];
    const users = [first, second].map(({ promise }) => lender.use(async ({ version }) => promise.then(() => version)));
    await lender.use(versionOf);
    fake.file.version = 2;
    expect(await lender.use(versionOf)).toBe('2');
    first.resolve();
    expect(await users[0]).toBe('1');
    expect(fake.diary).not.toContain('close 1');
    second.resolve();
    expect(await users[1]).toBe('1');
    expect(fake.diary.at(-1)).toBe('close 1');
  });

  it('gives a resource back also when the work fails', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    await expect(lender.use(() => Promise.reject(new Error('work')))).rejects.toThrow('work');
    await lender.close();
    expect(fake.diary.at(-1)).toBe('close 1');
  });

  it('looks again only when half of the time to is over, and is waited for only when all of it is', async () => {
    const fake = fakeFile();
    let time = 1000;
    const lender = await lenderOf(fake, 60, () => time);
    fake.file.version = 2;
    time = 1029;
    expect(await lender.use(versionOf)).toBe('1');
    expect(fake.diary).toEqual(['open 1']);
    time = 1030;
    expect(await lender.use(versionOf)).toBe('1');
    await new Promise(setImmediate);
    expect(fake.diary).toEqual(['open 1', 'look', 'open 2', 'close 1']);
    time = 1059;
    fake.file.version = 3;
    expect(await lender.use(versionOf)).toBe('2');
    expect(fake.diary).toHaveLength(4);
    time = 1090;
    expect(await lender.use(versionOf)).toBe('3');
    expect(fake.diary.slice(4)).toEqual(['look', 'open 3', 'close 2']);
  });

  it('looks once for all who come meanwhile, who wait for it only when they must', async () => {
    const fake = fakeFile();
    const { promise, resolve } = gate();
    let time = 0;
    const opened = await fake.open();
    const slow = { ...opened, currentVersion: () => promise.then(() => opened.currentVersion()) };
    const lender = createLender(slow, { reopen: fake.open, recheckMilliseconds: 60, now: () => time });
    fake.file.version = 2;
    time = 59;
    expect(await lender.use(versionOf)).toBe('1');
    time = 60;
    const waiting = [lender.use(versionOf), lender.use(versionOf)];
    time = 100;
    resolve();
    expect(await Promise.all(waiting)).toEqual(['2', '2']);
    expect(fake.diary).toEqual(['open 1', 'look', 'open 2', 'close 1']);
    // It was looked at when the look began.
    fake.file.version = 3;
    time = 119;
    expect(await lender.use(versionOf)).toBe('3');
  });

  it('that could not look in time says so to who comes when the time is over', async () => {
    const fake = fakeFile();
    let time = 0;
    const lender = await lenderOf(fake, 60, () => time);
    fake.file.version = 2;
    fake.file.missing = true;
    time = 30;
    expect(await lender.use(versionOf)).toBe('1');
    await new Promise(setImmediate);
    time = 60;
    await expect(lender.use(versionOf)).rejects.toThrow('there is no file');
  });

  it('that is closed leaves no look under way', async () => {
    const fake = fakeFile();
    let stopped: unknown;
    const currentVersion = (signal?: AbortSignal) =>
      new Promise<string>((_, reject) => {
        signal?.addEventListener('abort', () => {
          stopped = signal.reason;
          reject(signal.reason);
        });
      });
    const opened = { ...(await fake.open()), currentVersion };
    const lender = createLender(opened, { reopen: fake.open, recheckMilliseconds: 0, now: () => 0 });
    const user = lender.use(versionOf);
    await lender.close();
    await expect(user).rejects.toThrow('nlcd is closed');
    expect(stopped).toEqual(new Error('nlcd is closed'));
  });

  it('says that a file cannot be opened anew, and tries again at the next use', async () => {
    const fake = fakeFile();
    let time = 0;
    const lender = await lenderOf(fake, 60, () => time);
    fake.file.version = 2;
    fake.file.missing = true;
    time = 60;
    await expect(lender.use(versionOf)).rejects.toThrow('there is no file');
    fake.file.missing = false;
    expect(await lender.use(versionOf)).toBe('2');
  });

  it('closes once what nobody uses, and lends nothing after', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    await lender.close();
    await lender.close();
    await expect(lender.use(versionOf)).rejects.toThrow('nlcd is closed');
    expect(fake.diary).toEqual(['open 1', 'close 1']);
  });

  it('that is closed while it is used closes when the user is done', async () => {
    const fake = fakeFile();
    const lender = await lenderOf(fake);
    const { promise, resolve } = gate();
    const user = lender.use(() => promise);
    await lender.use(versionOf);
    await lender.close();
    expect(fake.diary).not.toContain('close 1');
    resolve();
    await user;
    expect(fake.diary.at(-1)).toBe('close 1');
  });

  it('that is closed while it opens a file anew closes that too', async () => {
    const fake = fakeFile();
    const { promise, resolve } = gate();
    const reopen = () => promise.then(fake.open);
    const lender = createLender(await fake.open(), { reopen, recheckMilliseconds: 0, now: () => 0 });
    fake.file.version = 2;
    const user = lender.use(versionOf);
    await new Promise(setImmediate);
    await lender.close();
    resolve();
    await expect(user).rejects.toThrow('nlcd is closed');
    expect(fake.diary).toEqual(['open 1', 'look', 'close 1', 'open 2', 'close 2']);
  });
});

describe('several lenders', () => {
  it('lend in the order asked, and take all back when one cannot lend', async () => {
    const [a, b] = [fakeFile(), fakeFile()];
    const [one, two] = [await lenderOf(a), await lenderOf(b)];
    b.file.version = 2;
    const versions = async (resources: readonly Replaceable[]) => resources.map(({ version }) => version);
    expect(await useAll([one, two, one], versions)).toEqual(['1', '2', '1']);
    expect(await useAll([], versions)).toEqual([]);
    await two.close();
    await expect(useAll([one, two], versions)).rejects.toThrow('nlcd is closed');
    await one.close();
    expect(a.diary.at(-1)).toBe('close 1');
  });

  it('look at their files all at once', async () => {
    const looks: (() => void)[] = [];
    const lenderWaiting = async () => {
      const opened = await fakeFile().open();
      const currentVersion = () =>
        new Promise<string>((resolve) => {
          looks.push(() => resolve(opened.version));
        });
      return createLender(
        { ...opened, currentVersion },
        { reopen: async () => opened, recheckMilliseconds: 0, now: () => 0 },
      );
    };
    const working = useAll([await lenderWaiting(), await lenderWaiting(), await lenderWaiting()], async () => 'done');
    await new Promise(setImmediate);
    expect(looks).toHaveLength(3);
    for (const answer of looks) answer();
    expect(await working).toBe('done');
  });
});
