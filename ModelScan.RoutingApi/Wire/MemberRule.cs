namespace ModelScan.RoutingApi.Wire;

/// <summary>What happens to one top-level member of a request on its way to a provider that cannot take it as it is.</summary>
/// <param name="Name">The member.</param>
/// <param name="Replace">
/// Makes the new value from the old one, both JSON as written; <see langword="null"/> from it takes the member out. Without a
/// function the member is always taken out.
/// </param>
public sealed record MemberRule(string Name, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>? Replace = null)
{
    internal ReadOnlyMemory<byte> Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(Name);

    /// <summary>The value that is put in where the client sent none; empty for nothing.</summary>
    public ReadOnlyMemory<byte> WhenAbsent { get; init; }

    /// <summary>The member's name at the provider, where that is another. A member of that name that is there already counts instead.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>What the client is told was left out: the member, or what of it the rule takes out.</summary>
    public string ReportedAs { get; init; } = Name;

    /// <summary>Whether the client is told: the member said something that the provider will not hear.</summary>
    public bool IsReported { get; init; } = true;
}
