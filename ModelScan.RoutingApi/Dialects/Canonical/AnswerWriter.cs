using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Writes an answer in the client's format, of the events that it takes: as a stream, or whole at its end. Not thread-safe.</summary>
internal abstract class AnswerWriter : IAnswerSink, IDisposable
{
    /// <summary>Where the client's bytes go; set before events are pushed.</summary>
    public IBufferWriter<byte> Output { get; set; } = null!;

    public abstract bool IsComplete { get; }

    /// <summary>The error that the answer ended in, as the client has been told; <see langword="null"/> while there is none.</summary>
    public abstract ClientError? Error { get; }

    public abstract void Take(scoped ref readonly AnswerEvent next);

    /// <summary>Gives buffers back.</summary>
    public abstract void Dispose();
}
