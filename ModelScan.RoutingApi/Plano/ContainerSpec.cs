namespace ModelScan.RoutingApi.Plano;

/// <summary>What an engine is asked to run.</summary>
/// <param name="Name">The container's name.</param>
/// <param name="Image">Its image, which is on this machine already.</param>
internal sealed record ContainerSpec(string Name, string Image)
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Ports by which the container is reached from this machine only.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>A file of this machine that the container sees, and cannot change.</summary>
    public (string Source, string Target) ReadOnlyFile { get; init; }

    /// <summary>A file with one NAME=value in each line: the container's variables; <see langword="null"/> for none.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>How long it may take to end when it is asked to.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A port of a container on 127.0.0.1.</summary>
/// <param name="Host">Port of this machine; 0 for any free one.</param>
/// <param name="Container">Port inside the container.</param>
internal readonly record struct PublishedPort(int Host, int Container)
{
    /// <summary>As engines take it: <c>127.0.0.1:8080:80/tcp</c>, or <c>127.0.0.1::80/tcp</c> for any free port.</summary>
    public override string ToString() => Host == 0
        ? FormattableString.Invariant($"127.0.0.1::{Container}/tcp")
        : FormattableString.Invariant($"127.0.0.1:{Host}:{Container}/tcp");
}
