import type { TemplateValues } from '../../src/lib/templates/template.ts';

/** Values of a filled consultancy contract; the counterparty's name tries to be code. Total 2,340.75 EUR. */
export const contractValues: TemplateValues = {
  number: '2026/11-0042',
  date: '2026-11-24',
  place: 'Vilnius',
  until: '2027-02-28',
  currency: 'EUR',
  days: '14',
  companyName: 'UAB Alpha',
  companyAddress: 'Gedimino pr. 1, Vilnius',
  companyTaxId: 'LT100001',
  director: 'Ona Kazlauskienė',
  counterparty: '#panic("x") *Jan* Łódź',
  clientAddress: 'ul. Długa 3, Kraków',
  clientTaxId: '',
  services: [
    { description: 'Analysis of processes', quantity: '12', unit: 'hours', price: '95' },
    { description: 'Training', quantity: '1.5', unit: 'days', price: '800.50' }
  ]
};
