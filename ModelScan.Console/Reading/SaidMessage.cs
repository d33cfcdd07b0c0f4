namespace ModelScan.WebConsole.Reading;

/// <summary>A message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>, or what the format calls it.</param>
/// <param name="Parts">What it consists of.</param>
public sealed record SaidMessage(string Role, IReadOnlyList<SaidPart> Parts);

/// <summary>A part of a message.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text, the arguments of a call, the result of a tool; what a part of another kind is called.</param>
/// <param name="Name">The name of a tool; <see langword="null"/> where there is none.</param>
public sealed record SaidPart(SaidKind Kind, string Text, string? Name = null)
{
    /// <summary>What a tool is to replace in a file, and by what, one after the other; empty where the call is none that edits.</summary>
    public IReadOnlyList<(string Before, string After)> Edits { get; init; } = [];

    /// <summary>Where the console shows an image; <see langword="null"/> where it cannot be shown.</summary>
    public string? Address { get; init; }
}

/// <summary>Kinds of parts.</summary>
public enum SaidKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>What a model thought.</summary>
    Thought,

    /// <summary>A call of a tool.</summary>
    Call,

    /// <summary>What a tool answered.</summary>
    Result,

    /// <summary>An image, as a data URL or an address.</summary>
    Image,

    /// <summary>Anything else.</summary>
    Other,
}
