namespace ModelScan.WebConsole.Api;

/// <summary>What the gateway answered: something, or why not.</summary>
/// <param name="Value">The answer; <see langword="null"/> where there is none.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Problem">What is wrong, in the gateway's words; <see langword="null"/> where nothing is.</param>
public sealed record Reply<T>(T? Value, int Status, string? Problem)
    where T : class;
