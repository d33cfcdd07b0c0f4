namespace ModelScan.Tests.Dialects.Fates;

/// <summary>A field that clients of a format send.</summary>
/// <param name="Field">Its path without indexes.</param>
/// <param name="Wish">What it asks for; <see langword="null"/> where only its own format has that.</param>
/// <param name="Note">What has to be known about it, whoever answers.</param>
/// <param name="Otherwise">What becomes of it where nobody else has it.</param>
internal readonly record struct AskedField(string Field, Wish? Wish, string Note = "", Fate Otherwise = Fate.Dropped);

/// <summary>How a wish is said to providers of a format.</summary>
/// <param name="Wish">The wish; one without a row is dropped.</param>
/// <param name="As">The field that says it; where a client's field has the same name it is carried as it is.</param>
/// <param name="Note">On what condition.</param>
/// <param name="Fate">What becomes of it.</param>
internal readonly record struct ToldWish(Wish Wish, string As, string Note = "", Fate Fate = Fate.Carried);

/// <summary>Something in answers of a provider's format.</summary>
/// <param name="Place">Where it stands, behind <c>answer.</c> or <c>stream.</c></param>
/// <param name="Said">What it says.</param>
/// <param name="Note">What has to be known about it, whoever asked.</param>
internal readonly record struct AnsweredField(string Place, Said Said, string Note = "");

/// <summary>How something that an answer says is written for clients of a format.</summary>
/// <param name="Said">It; without a row it is left out.</param>
/// <param name="As">Where it stands.</param>
internal readonly record struct ToldAnswer(Said Said, string As);

/// <summary>What becomes of everything that a format has: one table for each direction. The tables of pairs are composed of these.</summary>
internal sealed record FormatFates
{
    /// <summary>Fields of its clients' requests; none where no client speaks it.</summary>
    public IReadOnlyList<AskedField> Asked { get; init; } = [];

    /// <summary>What its providers can be told.</summary>
    public required IReadOnlyList<ToldWish> Told { get; init; }

    /// <summary>Fields of its own that a client of any format may send to its providers.</summary>
    public IReadOnlyList<string> OwnFields { get; init; } = [];

    /// <summary>What its providers' answers are made of.</summary>
    public required IReadOnlyList<AnsweredField> Answered { get; init; }

    /// <summary>What its clients can be told.</summary>
    public IReadOnlyList<ToldAnswer> ToldAnswers { get; init; } = [];
}
