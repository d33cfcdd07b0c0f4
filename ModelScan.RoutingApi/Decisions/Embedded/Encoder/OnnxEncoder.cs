using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>How a model's vectors of the single pieces become one.</summary>
internal enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first one's, that of <c>[CLS]</c>.</summary>
    FirstPiece,
}

/// <summary>
/// A sentence encoder in ONNX Runtime. Takes the pieces as <c>ids</c> or <c>input_ids</c>, with <c>attention_mask</c> and <c>token_type_ids</c>
/// where the model asks for them, all int64 [1, T]; gives the model's sentence vector (float [1, D]) or pools its token vectors ([1, T, D]).
/// Beside token vectors only an output that is called a sentence vector is taken for one: BERT's own pooler was trained to tell whether
/// one sentence follows another, and compares badly.
/// </summary>
internal sealed class OnnxEncoder : ISentenceEncoder
{
    private static readonly string[] IdNames = ["ids", "input_ids"];
    private static readonly string[] SentenceNames = ["vector", "sentence_embedding", "sentence_embeddings", "embedding", "embeddings"];
    private static readonly string[] KnownInputs = [.. IdNames, "attention_mask", "token_type_ids"];

    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _output;
    private readonly bool _isPooled;
    private readonly Pooling _pooling;

    /// <summary>Opens a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pooling">For models that do not pool by themselves.</param>
    /// <exception cref="EncoderUnavailableException">It cannot be loaded, or is not a sentence encoder.</exception>
    public OnnxEncoder(string path, Pooling pooling)
    {
        _pooling = pooling;
        _session = OnnxSessions.Open(path);
        try
        {
            _inputs = [.. _session.InputNames];
            if (!_inputs.Any(IdNames.Contains) || _inputs.FirstOrDefault(name => !KnownInputs.Contains(name)) is { })
                throw new EncoderUnavailableException($"{path} is no sentence encoder: it takes {string.Join(", ", _inputs)}, where {string.Join(", ", KnownInputs)} can be given.");
            var outputs = _session.OutputMetadata.Where(output => output.Value.ElementType == typeof(float) && output.Value.Dimensions.Length is 2 or 3).ToArray();
            var chosen = outputs.OrderBy(output => SentenceNames.Contains(output.Key) ? 0 : output.Value.Dimensions.Length == 3 ? 1 : 2).FirstOrDefault();
            if (chosen.Value is null)
                throw new EncoderUnavailableException($"{path} is no sentence encoder: no output is float [1, D] or [1, T, D].");
            _output = [chosen.Key];
            _isPooled = chosen.Value.Dimensions.Length == 2;
            Dimension = chosen.Value.Dimensions[^1] > 0 ? chosen.Value.Dimensions[^1] : MeasuredDimension();
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public float[] Encode(ReadOnlySpan<int> ids)
    {
        var vector = new float[Dimension];
        var values = new float[_isPooled ? Dimension : ids.Length * Dimension];
        Run(ids, _isPooled ? vector : values);
        if (!_isPooled)
            Pool(values, ids.Length, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Run(ReadOnlySpan<int> ids, float[] result)
    {
        var inputs = Inputs(ids);
        try
        {
            using var output = OrtValue.CreateTensorValueFromMemory(result, _isPooled ? [1, Dimension] : [1, ids.Length, Dimension]);
            using var options = new RunOptions();
            _session.Run(options, _inputs, inputs, _output, [output]);
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    // Some models do not say how many components their vectors have.
    private int MeasuredDimension()
    {
        var inputs = Inputs([0, 0]);
        try
        {
            using var options = new RunOptions();
            using var outputs = _session.Run(options, _inputs, inputs, _output);
            return (int)outputs[0].GetTensorTypeAndShape().Shape[^1];
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    private OrtValue[] Inputs(ReadOnlySpan<int> ids)
    {
        var inputs = new OrtValue[_inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = OrtValue.CreateTensorValueFromMemory(Input(_inputs[i], ids), [1, ids.Length]);
        return inputs;
    }

    private static long[] Input(string name, ReadOnlySpan<int> ids)
    {
        var values = new long[ids.Length];
        if (name == "attention_mask")
        {
            Array.Fill(values, 1);
        }
        else if (name != "token_type_ids")
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = ids[i];
        }

        return values;
    }

    private void Pool(ReadOnlySpan<float> values, int pieces, Span<float> vector)
    {
        if (_pooling == Pooling.FirstPiece)
        {
            values[..Dimension].CopyTo(vector);
            return;
        }

        for (var i = 0; i < pieces; i++)
            TensorPrimitives.Add(vector, values.Slice(i * Dimension, Dimension), vector);
    }
}
