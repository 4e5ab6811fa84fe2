import { describe, expect, it } from 'vitest';
import { invalidOutputReason } from '../../../src/ollama/verify/output-check.ts';

const good = [
  'To build a wooden boat you first lay the keel, a long beam of oak, on blocks. Then the stem and stern posts are set up and joined to it. Frames are cut, steamed and bent, one after another, and planks are nailed to them from the keel upward. The seams are filled with cotton and tar. At last mast and rudder are fitted, the hull is painted, and the boat is launched.',
  '1. **Keel**: Lay the keel on blocks.\n2. **Frames**: Set up the frames.\n3. **Planks**: Nail the planks on.\n4. **Seams**: Fill the seams with tar.\n5. **Mast**: Step the mast and rig the sails.',
  'Ein Boot aus Holz entsteht in vielen Schritten: Zuerst wird der Kiel gelegt, dann folgen Spanten und Planken.',
  'まず竜骨を据え、次に肋骨を組み、板を張ります。最後に帆柱を立てます。船は海へ出ます。',
  'Yes.',
];

describe('text that reads as text', () => {
  it.each(good)('%s', (text) => {
    expect(invalidOutputReason(text, '')).toBeNull();
  });
});

describe('text that does not', () => {
  it.each([
    ['nothing at all', '', '', 'empty'],
    ['thoughts only', ' ', 'The user wants...', 'only-thinking'],
    ['unused tokens', 'Lay the <unused7><unused7> keel', '', 'special-tokens'],
    ['leaked channel marks', '<|channel>thought The keel', '', 'special-tokens'],
    ['one word for ever', 'of '.repeat(60), '', 'repeats'],
    ['one character for ever', `The boat ${'!'.repeat(80)}`, '', 'repeats'],
    ['one phrase for ever', `The boat is built. ${'and then the keel '.repeat(12)}`, '', 'repeats'],
    [
      'broken characters',
      'The k\ufffd\ufffd\ufffdel is l\ufffd\ufffdid on bl\ufffd\ufffdcks, and the st\ufffd\ufffdm is set.',
      '',
      'not-text',
    ],
    ['signs', '#HH{}[]<>@@^^~~||\\\\ {}{} %%$$ <<>> []{}^^'.repeat(4), '', 'not-text'],
    ['a salad of scripts', 'keel лодка 船 قارب boot ボート 배 เรือ नाव סירה', '', 'not-text'],
    ['no spaces', 'qwertzuiopasdfghjklyxcvbnmqwertzuiopasdfghjkyxcvbnmwq'.repeat(3), '', 'not-text'],
  ])('%s', (_, response, thinking, reason) => {
    expect(invalidOutputReason(response, thinking)).toBe(reason);
  });
});
