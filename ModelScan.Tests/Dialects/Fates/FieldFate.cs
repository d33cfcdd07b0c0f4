namespace ModelScan.Tests.Dialects.Fates;

/// <summary>What becomes of a field of the one format in the other, where the model can do what the field asks for.</summary>
public enum Fate
{
    /// <summary>It stands in the other format as it is.</summary>
    Carried,

    /// <summary>It is said in the other format's way.</summary>
    Mapped,

    /// <summary>It is left out, and <c>x-modelscan-dropped</c> tells the client so.</summary>
    Dropped,

    /// <summary>The request is refused: without the field it would mean something else.</summary>
    Refused,
}

/// <summary>One row of the table that says what becomes of a request, or of an answer.</summary>
/// <param name="Field">The field as a path without indexes; members of answers behind <c>answer.</c>, kinds of events behind <c>stream.</c></param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Note">How, or on what condition.</param>
public sealed record FieldFate(string Field, Fate Fate, string Note);
