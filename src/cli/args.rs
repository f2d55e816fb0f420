//! What can be typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use serde::{Deserialize, Serialize};

use super::absolute;
use crate::domain::{
    account::{Role, Scope, UserName},
    agency::AgencyCode,
};

/// The image-promotion database of a province and its publishing service.
///
/// Cơ sở dữ liệu quảng bá hình ảnh địa phương: tải lên, thẩm định, công bố, tìm kiếm và kết xuất.
#[derive(Debug, Parser)]
#[command(
    name = "quangba",
    version,
    propagate_version = true,
    after_help = "Example:\n  quangba demo\n  quangba init --data ./quangba-data --profile dak-lak --admin lan\n  quangba serve"
)]
pub struct Cli {
    /// The data folder (thư mục dữ liệu); ./quangba-data without it.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The file of settings (tệp cấu hình); quangba.toml in the data folder without it.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Answer with one JSON object on standard output (trả lời bằng JSON).
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// All commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill a new folder with demo content and serve it.
    ///
    /// Tạo dữ liệu mẫu trong một thư mục mới rồi chạy máy chủ.
    #[command(after_help = "Example:\n  quangba demo --data /tmp/demo --listen 127.0.0.1:8080")]
    Demo(Serve),
    /// Serve a data folder.
    ///
    /// Chạy máy chủ với một thư mục dữ liệu.
    #[command(
        after_help = "Example:\n  quangba serve --data /var/lib/quangba --listen 0.0.0.0:8080"
    )]
    Serve(Serve),
    /// Set up a new data folder; prints the administrator's first password.
    ///
    /// Khởi tạo thư mục dữ liệu; in ra mật khẩu ban đầu của quản trị viên.
    #[command(
        after_help = "Example:\n  quangba init --data /var/lib/quangba --profile dak-lak --admin lan"
    )]
    Init(Init),
    /// What is done with an open data folder.
    #[command(flatten)]
    Task(Task),
    /// Restore a backup into an empty folder; a new feed begins.
    ///
    /// Khôi phục bản sao lưu vào một thư mục trống; luồng dữ liệu mới bắt đầu.
    #[command(after_help = "Example:\n  quangba restore backup.tar.zst --data /var/lib/quangba")]
    Restore(Restore),
    /// Rebuild the store from the journal and the index from the store; stop the server first.
    ///
    /// Dựng lại kho dữ liệu từ nhật ký và chỉ mục từ kho; không chạy cùng máy chủ.
    #[command(after_help = "Example:\n  quangba rebuild --data /var/lib/quangba")]
    Rebuild {
        /// Go on without the journal lines that are damaged (bỏ qua các dòng nhật ký bị hỏng).
        #[arg(long)]
        accept_damage: bool,
    },
    /// Check an export: its form, its digests, its order.
    ///
    /// Kiểm tra một tệp kết xuất: cấu trúc, mã băm, thứ tự.
    #[command(after_help = "Example:\n  quangba verify export.ndjson.zst")]
    Verify(Verify),
    /// Look at this machine: optional programs, limits, disk, clock, data folder.
    ///
    /// Kiểm tra máy: chương trình tùy chọn, giới hạn, ổ đĩa, đồng hồ, thư mục dữ liệu.
    #[command(after_help = "Example:\n  quangba doctor --data /var/lib/quangba")]
    Doctor,
    /// Print the description of the HTTP interface.
    ///
    /// In mô tả giao diện HTTP.
    #[command(after_help = "Example:\n  quangba openapi > openapi.json")]
    Openapi,
    /// Work in a process of its own, called by the program itself.
    #[command(hide = true)]
    Worker {
        /// The work and its limits.
        #[arg(num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
        job: Vec<String>,
    },
}

/// Where to serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address and port (địa chỉ và cổng); 127.0.0.1:8080 without it, port 0 = a free one.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
}

/// How to set up.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// The province's profile (hồ sơ tỉnh): dak-lak, lam-dong or bac-kan.
    #[arg(long, value_name = "NAME")]
    pub profile: String,
    /// The first administrator's user name (tên đăng nhập của quản trị viên).
    #[arg(long, value_name = "NAME")]
    pub admin: UserName,
}

/// What to restore.
#[derive(Clone, Debug, Args)]
pub struct Restore {
    /// The backup.
    pub file: PathBuf,
}

/// What to verify.
#[derive(Clone, Debug, Args)]
pub struct Verify {
    /// A page as JSON, or records as NDJSON; also packed with .gz or .zst.
    pub file: PathBuf,
}

/// What is done with an open data folder, here or by the server that has it open.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Accounts: add, list, disable, new password.
    ///
    /// Tài khoản: thêm, liệt kê, vô hiệu hóa, đặt lại mật khẩu.
    #[command(
        after_help = "Example:\n  quangba user add minh --role contributor --agency H15.16\n  quangba user list"
    )]
    User {
        /// What to do.
        #[command(subcommand)]
        action: User,
    },
    /// Agencies: add, list.
    ///
    /// Đơn vị: thêm, liệt kê.
    #[command(
        after_help = "Example:\n  quangba agency add local:bao-dak-lak --name-vi 'Báo Đắk Lắk' --name-en 'Dak Lak Newspaper'"
    )]
    Agency {
        /// What to do.
        #[command(subcommand)]
        action: Agency,
    },
    /// API keys: create, list, revoke.
    ///
    /// Khóa API: tạo, liệt kê, thu hồi.
    #[command(
        after_help = "Example:\n  quangba key create --name 'National database' --scope export"
    )]
    Key {
        /// What to do.
        #[command(subcommand)]
        action: Key,
    },
    /// Bring in many records; run again to go on where it stopped.
    ///
    /// Nhập hàng loạt tư liệu; chạy lại để tiếp tục, không tạo bản trùng.
    #[command(
        after_help = "Example:\n  quangba import records.csv --agency H15.16 --report errors.jsonl\n\nColumns of a .csv, layout of a folder or .zip: quangba import --help",
        after_long_help = super::import::long_help()
    )]
    Import(Import),
    /// Write what the national database pulls, as NDJSON.
    ///
    /// Kết xuất tư liệu cho cơ sở dữ liệu quốc gia, dạng NDJSON.
    #[command(after_help = "Example:\n  quangba export --after-seq 1200 --out export.ndjson.zst")]
    Export(Export),
    /// Write a backup, also while a server runs.
    ///
    /// Sao lưu toàn bộ dữ liệu, kể cả khi máy chủ đang chạy.
    #[command(after_help = "Example:\n  quangba backup /srv/backup/quangba-2026-11-20.tar.zst")]
    Backup {
        /// A tar; packed if the name ends with .zst or .gz.
        file: PathBuf,
    },
    /// Check journal, store, files and index; exit code 1 if something is wrong.
    ///
    /// Kiểm tra nhật ký, kho dữ liệu, tệp và chỉ mục.
    #[command(after_help = "Example:\n  quangba check --repair")]
    Check {
        /// Mend what can be mended (sửa những gì sửa được).
        #[arg(long)]
        repair: bool,
    },
}

/// What is done with accounts.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// Add an account; prints its first password.
    ///
    /// Thêm tài khoản; in ra mật khẩu ban đầu.
    #[command(after_help = "Example:\n  quangba user add hoa --role reviewer")]
    Add {
        /// The sign-in name (tên đăng nhập).
        name: UserName,
        /// What they may do (vai trò): contributor, translator, leader, reviewer, secrecy, publisher,
        /// auditor or admin; several with commas.
        #[arg(long = "role", value_name = "ROLE", required = true, value_delimiter = ',')]
        roles: Vec<Role>,
        /// For whom they act (đơn vị); contributors and leaders need one.
        #[arg(long, value_name = "CODE")]
        agency: Option<AgencyCode>,
    },
    /// List accounts.
    ///
    /// Liệt kê tài khoản.
    #[command(after_help = "Example:\n  quangba user list --json")]
    List,
    /// Disable an account: its sessions end, it signs in no more.
    ///
    /// Vô hiệu hóa tài khoản.
    #[command(after_help = "Example:\n  quangba user disable hoa")]
    Disable {
        /// The sign-in name.
        name: String,
    },
    /// Give an account a new password; its sessions end.
    ///
    /// Đặt lại mật khẩu.
    #[command(after_help = "Example:\n  quangba user password hoa")]
    Password {
        /// The sign-in name.
        name: String,
    },
}

/// What is done with agencies.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agency {
    /// Add an agency.
    ///
    /// Thêm đơn vị.
    #[command(
        after_help = "Example:\n  quangba agency add H15.40 --name-vi 'Sở Y tế' --name-en 'Department of Health'"
    )]
    Add {
        /// Its code (mã định danh), or local:name for a body without one.
        code: AgencyCode,
        /// Its Vietnamese name (tên tiếng Việt).
        #[arg(long, value_name = "TEXT")]
        name_vi: String,
        /// Its English name (tên tiếng Anh).
        #[arg(long, value_name = "TEXT")]
        name_en: String,
    },
    /// List agencies.
    ///
    /// Liệt kê đơn vị.
    #[command(after_help = "Example:\n  quangba agency list")]
    List,
}

/// What is done with keys.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// Create a key; it is shown only once.
    ///
    /// Tạo khóa; chỉ hiển thị một lần.
    #[command(
        after_help = "Example:\n  quangba key create --name 'Newsroom' --scope upload --agency H15.16"
    )]
    Create {
        /// What people call it (tên khóa).
        #[arg(long, value_name = "TEXT")]
        name: String,
        /// What it is for (phạm vi): export, upload or metrics.
        #[arg(long)]
        scope: Scope,
        /// The agency that an upload key is tied to (đơn vị).
        #[arg(long, value_name = "CODE")]
        agency: Option<AgencyCode>,
    },
    /// List keys, without their secrets.
    ///
    /// Liệt kê khóa.
    #[command(after_help = "Example:\n  quangba key list")]
    List,
    /// Revoke a key, at once and for ever.
    ///
    /// Thu hồi khóa.
    #[command(after_help = "Example:\n  quangba key revoke 3f9a01c7d2e4")]
    Revoke {
        /// The key's id, the part between the two underscores.
        id: String,
    },
}

/// What to bring in.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Import {
    /// A folder, .zip, .jsonl or .csv.
    pub path: PathBuf,
    /// The agency that contributes (đơn vị cung cấp).
    #[arg(long, value_name = "CODE")]
    pub agency: AgencyCode,
    /// Publish at once what passes the checks, without a reviewer (công bố ngay, không qua thẩm định).
    #[arg(long)]
    pub publish: bool,
    /// Read and check only, write nothing (chỉ kiểm tra).
    #[arg(long)]
    pub dry_run: bool,
    /// Where row errors go (tệp báo lỗi); CSV if the name ends with .csv.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Export {
    /// Only what changed after this number (chỉ các thay đổi sau số này).
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub after_seq: u64,
    /// The file to write, packed if its name ends with .gz or .zst; standard output without it.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl Task {
    /// The command's name, for logs; what it holds stays out of them.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Agency { .. } => "agency",
            Self::Key { .. } => "key",
            Self::Import(_) => "import",
            Self::Export(_) => "export",
            Self::Backup { .. } => "backup",
            Self::Check { .. } => "check",
        }
    }

    /// The same task with paths as seen from the root, so that another process finds them.
    ///
    /// # Errors
    /// If the current folder cannot be found.
    pub fn absolute(self) -> anyhow::Result<Self> {
        Ok(match self {
            Self::Import(import) => Self::Import(Import {
                path: absolute(&import.path)?,
                report: import.report.as_deref().map(absolute).transpose()?,
                ..import
            }),
            Self::Export(export) => Self::Export(Export {
                out: export.out.as_deref().map(absolute).transpose()?,
                ..export
            }),
            Self::Backup { file } => Self::Backup { file: absolute(&file)? },
            other => other,
        })
    }
}
