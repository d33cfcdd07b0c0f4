using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>Picks the pieces of a message that count, as many as the encoder takes.</summary>
internal delegate MessagePieces MessageReading(EncoderModel model, string text);

/// <summary>How much of a message counts.</summary>
internal enum MessageExtent
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Its beginning.</summary>
    Beginning,

    /// <summary>Its last paragraph, where the person says what is to be done with the text above, and its beginning.</summary>
    ClosingAndBeginning,
}

/// <summary>The pieces of a message that count.</summary>
internal readonly record struct MessagePieces(int[] Pieces, MessageExtent Extent);
