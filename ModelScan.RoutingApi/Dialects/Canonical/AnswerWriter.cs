using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Writes an answer in the client's format, of the events that it takes: as a stream, or whole at its end. Not thread-safe.</summary>
internal abstract class AnswerWriter : IAnswerSink, IDisposable
{
    private const int MostNames = 64;

    private HashSet<string>? _leftOut;

    /// <summary>Where the client's bytes go; set before events are pushed.</summary>
    public IBufferWriter<byte> Output { get; set; } = null!;

    public abstract bool IsComplete { get; }

    /// <summary>The error that the answer ended in, as the client has been told; <see langword="null"/> while there is none.</summary>
    public abstract ClientError? Error { get; }

    /// <summary>What of the answer the client's format has no place for, as paths, each once.</summary>
    public IReadOnlyCollection<string> LeftOut => (IReadOnlyCollection<string>?)_leftOut ?? [];

    public void Take(scoped ref readonly AnswerEvent next)
    {
        if (IsComplete)
            return;
        if (next.Kind == AnswerEventKind.LeftOut)
            LeaveOut(next.Name!);
        else
            TakeNext(in next);
    }

    /// <summary>Writes an event of an answer that is not complete yet.</summary>
    protected abstract void TakeNext(scoped ref readonly AnswerEvent next);

    // A provider may make up as many names as it likes.
    private void LeaveOut(string name)
    {
        _leftOut ??= new HashSet<string>(StringComparer.Ordinal);
        if (_leftOut.Count < MostNames)
            _leftOut.Add(name);
    }

    /// <summary>Gives buffers back.</summary>
    public abstract void Dispose();
}
