use object::Endianness;
use object::elf::{EM_X86_64, FileHeader64, PT_INTERP};
use object::read::elf::{FileHeader, ProgramHeader};
use thiserror::Error;

/// The reason why a binary cannot run at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BinaryProblem {
    /// For example a script, a Mach-O file, a 32-bit binary or a truncated file.
    #[error("is not a 64-bit ELF file")]
    NotElf,
    /// It is built for another processor. Lambda@Edge only has x86_64 (page
    /// `lambda-at-edge-function-restrictions`).
    #[error("is built for ELF machine {0}, not {EM_X86_64} (x86_64)")]
    Machine(u16),
    /// It needs a C library. The one in Lambda may be older than the one that it was built with.
    #[error("is linked dynamically, not statically")]
    Dynamic,
}

/// Checks that a binary is a static x86_64 ELF file.
pub(super) fn check(binary: &[u8]) -> Result<(), BinaryProblem> {
    let not_elf = |_| BinaryProblem::NotElf;
    let header = FileHeader64::<Endianness>::parse(binary).map_err(not_elf)?;
    let endian = header.endian().map_err(not_elf)?;
    let machine = header.e_machine(endian);
    if machine != EM_X86_64 {
        return Err(BinaryProblem::Machine(machine.0));
    }
    let segments = header.program_headers(endian, binary).map_err(not_elf)?;
    // A static binary names no interpreter, whether or not it is position-independent.
    if segments.iter().any(|segment| segment.p_type(endian) == PT_INTERP) {
        return Err(BinaryProblem::Dynamic);
    }
    Ok(())
}
