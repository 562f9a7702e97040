// The types whose schemas we want, under names that no library uses.
//
// Views and messages are typed by Slack with blocks that may be "anything with a type". What may stand in
// them is therefore taken from KnownBlock, once, and checked block by block.

import type { HomeView, KnownBlock, MessageAttachment, ModalView, SlackEvent } from '@slack/types';
import type {
  AppsManifestValidateArguments,
  ChatPostEphemeralArguments,
  ChatPostMessageArguments,
  ChatUpdateArguments,
} from '@slack/web-api';
import type {
  BlockAction,
  BlockSuggestion,
  EnvelopedEvent,
  GlobalShortcut,
  MessageShortcut,
  RespondArguments,
  SlashCommand,
  ViewClosedAction,
  ViewSubmitAction,
} from '@slack/bolt';

export type RootBlock = KnownBlock;
export type RootAttachment = Omit<MessageAttachment, 'blocks'> & { blocks?: unknown[] };
export type RootModal = Omit<ModalView, 'blocks'> & { blocks: unknown[] };
export type RootHome = Omit<HomeView, 'blocks'> & { blocks: unknown[] };
export type RootMessage = ChatPostMessageArguments | ChatPostEphemeralArguments | ChatUpdateArguments;
export type RootResponse = RespondArguments;

export type RootManifest = AppsManifestValidateArguments['manifest'];

export type RootCommand = SlashCommand;
export type RootAction = BlockAction;
export type RootSubmission = ViewSubmitAction;
export type RootClosed = ViewClosedAction;
export type RootSuggestion = BlockSuggestion;
export type RootGlobalShortcut = GlobalShortcut;
export type RootMessageShortcut = MessageShortcut;
export type RootEnvelope = EnvelopedEvent;
export type RootEvent = SlackEvent;
