import type { TextTemplate } from './template.ts';

/** The built-in contract: company (prepares, signs with stamp) and client, services with prices, one total. */
export const consultancyTemplate: TextTemplate = {
  id: 'consultancy',
  version: 1,
  title: 'Consultancy services contract',
  language: 'en',
  runningHead: 'Consultancy services contract No. {number}',
  groups: [
    {
      name: 'contract',
      label: 'Contract',
      fields: [
        { name: 'number', label: 'Number', type: 'text', required: true, maxLength: 60 },
        { name: 'date', label: 'Date', type: 'date', required: true },
        { name: 'place', label: 'Place', type: 'text', required: true, maxLength: 80 },
        { name: 'until', label: 'Services end on', type: 'date', required: true },
        {
          name: 'currency',
          label: 'Currency',
          type: 'choice',
          required: true,
          options: ['EUR', 'USD', 'GBP', 'PLN', 'CHF']
        },
        { name: 'days', label: 'Days to pay', type: 'integer', required: true, min: 0, max: 365 }
      ]
    },
    {
      name: 'company',
      label: 'Your company',
      fields: [
        {
          name: 'companyName',
          label: 'Company name',
          type: 'text',
          required: true,
          maxLength: 120,
          autocomplete: 'organization'
        },
        { name: 'companyAddress', label: 'Address', type: 'text', required: true, maxLength: 200 },
        { name: 'companyTaxId', label: 'Tax number', type: 'text', required: false, maxLength: 60 },
        { name: 'director', label: 'Director', type: 'text', required: true, maxLength: 120 }
      ]
    },
    {
      name: 'client',
      label: 'Counterparty',
      fields: [
        { name: 'counterparty', label: 'Name or company', type: 'text', required: true, maxLength: 120 },
        { name: 'clientAddress', label: 'Address', type: 'text', required: true, maxLength: 200 },
        { name: 'clientTaxId', label: 'Tax number', type: 'text', required: false, maxLength: 60 }
      ]
    },
    {
      name: 'services',
      label: 'Services',
      fields: [
        {
          name: 'services',
          label: 'Services',
          type: 'table',
          required: true,
          minRows: 1,
          columns: [
            { name: 'description', label: 'Service', type: 'text' },
            { name: 'quantity', label: 'Quantity', type: 'quantity' },
            { name: 'unit', label: 'Unit', type: 'text' },
            { name: 'price', label: 'Price', type: 'price' }
          ]
        }
      ]
    }
  ],
  blocks: [
    { block: 'title', text: 'Consultancy services contract No. {number}' },
    { block: 'paragraph', text: '{place}, {date}' },
    {
      block: 'parties',
      columns: [
        {
          heading: 'The consultant',
          lines: ['{companyName}', '{companyAddress}', '{companyTaxId}', 'represented by {director}']
        },
        { heading: 'The client', lines: ['{counterparty}', '{clientAddress}', '{clientTaxId}'] }
      ]
    },
    { block: 'heading', text: 'Subject' },
    {
      block: 'clause',
      text: 'The consultant provides the services listed below to the client with due professional care.'
    },
    {
      block: 'priced-table',
      field: 'services',
      amountLabel: 'Amount',
      totalLabel: 'Total',
      currency: 'currency'
    },
    {
      block: 'clause',
      text: 'The services begin on the day of the last signature and end on {until} at the latest.'
    },
    { block: 'heading', text: 'Fee and payment' },
    { block: 'clause', text: 'The fee is {total}. Prices are net; tax is added where the law demands it.' },
    {
      block: 'clause',
      text: 'The client pays within {days} days of receiving a correct invoice, by transfer to the account named on it.'
    },
    { block: 'clause', text: 'Expenses are paid only when the client agreed to them in writing beforehand.' },
    { block: 'heading', text: 'Working together' },
    {
      block: 'clause',
      text: 'The client gives the information and access that the services need in good time. The consultant says at once when something is missing or will be late.'
    },
    {
      block: 'clause',
      text: 'Results of the services belong to the client once the fee is paid. The consultant keeps its methods and what it knew before.'
    },
    { block: 'heading', text: 'Confidentiality' },
    {
      block: 'clause',
      text: 'Both parties keep confidential what they learn about the other that is not public, during the contract and for three years after it.'
    },
    { block: 'heading', text: 'End and changes' },
    {
      block: 'clause',
      text: 'Either party may end the contract in writing with fourteen days’ notice. Services provided until then are paid.'
    },
    {
      block: 'clause',
      text: 'Changes of this contract need the agreement of both parties in writing; electronic signatures satisfy this.'
    },
    { block: 'heading', text: 'Signatures' },
    {
      block: 'clause',
      text: 'The parties sign this contract electronically. Each signature can be checked in this file by anyone.'
    },
    {
      block: 'signatures',
      columns: [
        {
          party: 'company',
          heading: 'For the consultant',
          lines: ['{companyName}', '{director}'],
          places: [
            {
              kind: 'signature',
              label: 'Signature of the consultant',
              required: true,
              width: 200,
              height: 60
            },
            { kind: 'stamp', label: 'Stamp of the consultant', required: false, width: 110, height: 84 }
          ]
        },
        {
          party: 'client',
          heading: 'For the client',
          lines: ['{counterparty}'],
          places: [
            { kind: 'signature', label: 'Signature of the client', required: true, width: 200, height: 60 },
            {
              kind: 'text',
              label: 'Name and position of the signatory',
              required: true,
              width: 200,
              height: 22
            },
            { kind: 'date', label: 'Date of signing', required: true, width: 110, height: 22 }
          ]
        }
      ]
    }
  ]
};

/** Built-in templates by id. */
export const builtInTemplates: readonly TextTemplate[] = [consultancyTemplate];
