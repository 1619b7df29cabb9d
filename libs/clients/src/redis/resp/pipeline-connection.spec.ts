import { commandAt } from './pipeline-connection.ts';
import { encodeCommand } from './resp-command.ts';

describe('encoded commands', () => {
  it('are found again by their place', () => {
    const commands = [
      ['SELECT', '3'],
      ['RESTORE', Buffer.from([0, 13, 10, 42]), '0', Buffer.alloc(0)],
      ['SET', 'a', 'b\r\n$3'],
    ];
    const bytes = Buffer.concat(commands.map((words) => encodeCommand(...words)));
    for (const [index, words] of commands.entries()) {
      expect(commandAt(bytes, index).map(String)).toEqual(words.map(String));
    }
  });
});
