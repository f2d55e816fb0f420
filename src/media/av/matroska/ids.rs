//! The elements of Matroska that are looked at (RFC 9559, section 5.1; RFC 8794, section 11).

pub(super) const EBML: u32 = 0x1A45_DFA3;
pub(super) const DOC_TYPE: u32 = 0x4282;
pub(super) const VOID: u32 = 0xEC;

pub(super) const SEGMENT: u32 = 0x1853_8067;
pub(super) const SEEK_HEAD: u32 = 0x114D_9B74;
pub(super) const SEEK: u32 = 0x4DBB;
pub(super) const SEEK_ID: u32 = 0x53AB;
pub(super) const SEEK_POSITION: u32 = 0x53AC;

pub(super) const INFO: u32 = 0x1549_A966;
pub(super) const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
pub(super) const DURATION: u32 = 0x4489;
pub(super) const TITLE: u32 = 0x7BA9;
pub(super) const MUXING_APP: u32 = 0x4D80;
pub(super) const WRITING_APP: u32 = 0x5741;
/// Names of this file and of those beside it.
pub(super) const FILE_NAMES: [u32; 3] = [0x7384, 0x003C_83AB, 0x003E_83BB];

pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: u32 = 0xAE;
pub(super) const TRACK_NUMBER: u32 = 0xD7;
pub(super) const TRACK_TYPE: u32 = 0x83;
pub(super) const TRACK_NAME: u32 = 0x536E;
pub(super) const CODEC_ID: u32 = 0x86;
pub(super) const CODEC_PRIVATE: u32 = 0x63A2;
pub(super) const VIDEO: u32 = 0xE0;
pub(super) const PIXEL_WIDTH: u32 = 0xB0;
pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
pub(super) const DISPLAY_WIDTH: u32 = 0x54B0;
pub(super) const DISPLAY_HEIGHT: u32 = 0x54BA;
pub(super) const DISPLAY_UNIT: u32 = 0x54B2;
pub(super) const PROJECTION: u32 = 0x7670;
pub(super) const POSE_ROLL: u32 = 0x7675;
pub(super) const CONTENT_ENCODINGS: u32 = 0x6D80;
pub(super) const CONTENT_ENCODING: u32 = 0x6240;
pub(super) const CONTENT_ENCRYPTION: u32 = 0x5035;

pub(super) const CLUSTER: u32 = 0x1F43_B675;
pub(super) const TIMESTAMP: u32 = 0xE7;
pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
pub(super) const BLOCK_GROUP: u32 = 0xA0;
pub(super) const BLOCK: u32 = 0xA1;
pub(super) const ENCRYPTED_BLOCK: u32 = 0xAF;

pub(super) const CUES: u32 = 0x1C53_BB6B;
pub(super) const CHAPTERS: u32 = 0x1043_A770;
pub(super) const ATTACHMENTS: u32 = 0x1941_A469;
pub(super) const TAGS: u32 = 0x1254_C367;

/// What a segment is made of.
pub(super) const TOP: [u32; 8] =
    [SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, ATTACHMENTS, TAGS];

/// The header: versions, lengths, type.
pub(super) const IN_HEADER: &[u32] = &[0x4286, 0x42F7, 0x42F2, 0x42F3, DOC_TYPE, 0x4287, 0x4285];

/// What stays of the information.
pub(super) const IN_INFO: &[u32] = &[TIMESTAMP_SCALE, DURATION, MUXING_APP, WRITING_APP];

/// What the parts of the file that stay are found by.
pub(super) const SOUGHT: &[u32] = &[SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS];

/// What stays of a track: numbers, uses, times, languages, how it is coded, how it is shown.
pub(super) const IN_TRACK: &[u32] = &[
    TRACK_NUMBER,
    0x73C5,
    TRACK_TYPE,
    0xB9,
    0x88,
    0x55AA,
    0x55AB,
    0x55AC,
    0x55AD,
    0x55AE,
    0x55AF,
    0x9C,
    0x6DE7,
    0x6DF8,
    0x0023_E383,
    0x0023_4E7A,
    0x0023_314F,
    0x537F,
    0x55EE,
    0x41E4,
    0x0022_B59C,
    0x0022_B59D,
    CODEC_ID,
    CODEC_PRIVATE,
    0xAA,
    0x6FAB,
    0x56AA,
    0x56BB,
    VIDEO,
    0xE1,
    0xE2,
    CONTENT_ENCODINGS,
];

/// What stays of a cluster: its time and place, and its blocks.
pub(super) const IN_CLUSTER: &[u32] = &[TIMESTAMP, 0xA7, 0xAB, 0x5854, SIMPLE_BLOCK, BLOCK_GROUP];

/// What stays of a group: the block, its length, what it needs, what is added to it.
pub(super) const IN_GROUP: &[u32] = &[BLOCK, 0x9B, 0xFA, 0xFB, 0xFD, 0xA4, 0x75A1, 0x75A2, 0x8E];
