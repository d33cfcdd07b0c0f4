namespace ModelScan.RoutingApi.Guards.Texts;

/// <summary>Changes texts, one after the other.</summary>
internal interface ITextChange
{
    /// <summary>What becomes of a text.</summary>
    /// <returns><see langword="null"/> where it stays as it is.</returns>
    string? Change(string text);
}
