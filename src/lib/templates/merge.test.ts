import { describe, expect, it } from 'vitest';
import { consultancyTemplate } from './consultancy.ts';
import { merge } from './merge.ts';
import { hundredths, formatHundredths, product } from './money.ts';
import { contractValues } from '../../../tests/vectors/contract-values.ts';

const textOf = (merged: ReturnType<typeof merge>): string => JSON.stringify(merged.drawn);
const failing = (change: Record<string, unknown>) => {
  try {
    merge(consultancyTemplate, { ...contractValues, ...change } as typeof contractValues);
  } catch (error) {
    return error;
  }
  return null;
};

describe('money', () => {
  it('reads decimals as people write them and refuses the rest', () => {
    expect(hundredths('1 234,5')).toBe(123450n);
    expect(hundredths('0.05')).toBe(5n);
    expect(hundredths('1.234')).toBeNull();
    expect(hundredths('-1')).toBeNull();
    expect(hundredths('1e3')).toBeNull();
  });
  it('rounds half up and groups thousands', () => {
    expect(product(150n, 33n)).toBe(50n);
    expect(formatHundredths(123456789n)).toBe('1,234,567.89');
    expect(formatHundredths(5n)).toBe('0.05');
  });
});

describe('merge', () => {
  it('puts the values into the sentences, marked as values', () => {
    const merged = merge(consultancyTemplate, contractValues);
    expect(merged.drawn[0]).toEqual({
      draw: 'title',
      spans: [
        { text: 'Consultancy services contract No. ', value: false },
        { text: '2026/11-0042', value: true }
      ]
    });
    expect(textOf(merged)).toContain('24 November 2026');
  });
  it('numbers clauses under their headings', () => {
    const numbers = merge(consultancyTemplate, contractValues).drawn.flatMap((one) =>
      one.draw === 'heading' || one.draw === 'clause' ? [one.number] : []
    );
    expect(numbers.slice(0, 7)).toEqual(['1.', '1.1', '1.2', '2.', '2.1', '2.2', '2.3']);
  });
  it('computes the total without floating point', () => {
    expect(merge(consultancyTemplate, contractValues).amount).toBe('2,340.75 EUR');
    const rows = Array.from({ length: 10 }, () => ({
      description: 'x',
      quantity: '1',
      unit: 'h',
      price: '0.10'
    }));
    expect(merge(consultancyTemplate, { ...contractValues, services: rows }).amount).toBe('1.00 EUR');
  });
  it('names the field that is missing or wrong', () => {
    expect(failing({ counterparty: ' ' })).toMatchObject({ code: 'value-missing', field: 'counterparty' });
    expect(failing({ date: '2026-02-30' })).toMatchObject({ code: 'value-invalid', field: 'date' });
    expect(failing({ days: '366' })).toMatchObject({ code: 'value-invalid', field: 'days' });
    expect(failing({ services: [] })).toMatchObject({ code: 'value-missing', field: 'services' });
    expect(
      failing({ services: [{ description: 'x', quantity: 'many', unit: 'h', price: '1' }] })
    ).toMatchObject({
      code: 'value-invalid',
      field: 'services'
    });
    expect(failing({ director: 'a\u202eb' })).toMatchObject({ code: 'value-invalid', field: 'director' });
    expect(failing({ number: 'x'.repeat(61) })).toMatchObject({ code: 'value-too-long', field: 'number' });
  });
  it('leaves an optional line out', () => {
    const parties = merge(consultancyTemplate, contractValues).drawn.find((one) => one.draw === 'parties');
    expect(parties?.draw === 'parties' && parties.columns[1]?.lines).toHaveLength(2);
  });
});
